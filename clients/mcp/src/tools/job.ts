// job: work that outlasted its call.

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import { DaemonError } from "../daemon-error.ts";
import type { Gateway } from "../gateway.ts";
import { inputs, outputs } from "../schemas.ts";
import { describeJob, type Job, type Jobs } from "../jobs.ts";
import { answer, failure } from "../tool-result.ts";

export function registerJob(server: McpServer, { jobs }: Gateway): void {
  server.registerTool(
    "job",
    {
      description:
        'Look after work that a tool reported as "running": its status, wait for its result ' +
        "(given once), or cancel it. Without id: list all.",
      inputSchema: inputs({
        id: z.string().optional(),
        action: z.enum(["status", "wait", "cancel"]).default("status"),
      }),
      // With "wait", the facts are those of the tool that began the work.
      outputSchema: outputs({}),
      annotations: {
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    async ({ id, action }) => {
      try {
        if (id === undefined) return jobList(jobs.list());
        return (
          (action === "wait" && (await jobs.wait(id))) ||
          lookAfter(jobs, id, action)
        );
      } catch (error) {
        return failure(error);
      }
    },
  );
}

function lookAfter(jobs: Jobs, id: string, action: string): CallToolResult {
  const job = jobs.find(id);
  if (!job) {
    const known = jobs.list().map((each) => each.id);
    throw new DaemonError(
      "not_found",
      `there is no job "${id}"; there are ${known.join(", ") || "none"}`,
      {
        advice:
          "Results are given once. Call the tool again that began the work.",
      },
    );
  }
  if (action === "cancel") job.cancel();
  return answer({ text: line(job), facts: describeJob(job) });
}

function jobList(jobs: Job[]): CallToolResult {
  return answer({
    text: jobs.length > 0 ? jobs.map(line).join("\n") : "No work is under way.",
    facts: { jobs: jobs.map(describeJob) },
  });
}

function line(job: Job): string {
  const { progress } = job;
  const far = progress
    ? `, ${progress.done} of ${progress.total} ${progress.unit}`
    : "";
  return `${job.id}: ${job.title}, ${job.state}${far}.`;
}
