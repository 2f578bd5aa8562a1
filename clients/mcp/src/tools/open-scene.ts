// open_scene: a file, or nothing yet, as the scene that is worked on.

import { resolve } from "node:path";
import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import type { CallOptions, Client } from "../client.ts";
import type { Gateway } from "../gateway.ts";
import { kRenderTimeoutMs } from "../rendering.ts";
import { inputs, outcome, outputs, project } from "../schemas.ts";
import { answer } from "../tool-result.ts";

const kInput = inputs({
  path: z.string().optional().describe("Leave out for an empty scene"),
  project,
});

const kOutput = outputs({
  ...outcome,
  name: z.string().optional(),
  layers: z.number().optional(),
  voxels: z.number().optional(),
});

export function registerOpenScene(
  server: McpServer,
  { client, jobs }: Gateway,
): void {
  server.registerTool(
    "open_scene",
    {
      description:
        "Open a voxel file (.gox .vox .qb .txt .ply .obj) or builtin:demo, or start an " +
        "empty scene. Replaces the project's scene, without undo.",
      inputSchema: kInput,
      outputSchema: kOutput,
      annotations: {
        destructiveHint: true,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    ({ path, project }, context) =>
      jobs.run(`open ${path ?? "an empty scene"}`, context, ({ signal }) => {
        const options = { signal, timeoutMs: kRenderTimeoutMs };
        return path === undefined
          ? startEmpty(client, project, options)
          : load(client, path, project, options);
      }),
  );
}

async function startEmpty(
  client: Client,
  project: string | undefined,
  options: CallOptions,
): Promise<CallToolResult> {
  await client.call("goxel.create_project", { project_id: project }, options);
  return answer({
    text: "An empty scene is open. Add voxels with edit_voxels.",
    facts: { status: "done", layers: 1, voxels: 0 },
  });
}

async function load(
  client: Client,
  path: string,
  project: string | undefined,
  options: CallOptions,
): Promise<CallToolResult> {
  const params = { project_id: project, path: absolute(path) };
  const loaded = await client.call("goxel.load_project", params, options);
  const { name, format, layers, voxels } = loaded;
  return answer({
    text:
      `Opened ${path} (${format}): ${voxels} voxels in ${layers} layers. ` +
      "See describe_scene for what is in it, render for how it looks.",
    facts: { status: "done", name, format, layers, voxels },
  });
}

/** The daemon has another working directory. */
function absolute(path: string): string {
  return path.startsWith("builtin:") ? path : resolve(path);
}
