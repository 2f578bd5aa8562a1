// Work that may take longer than a host waits for a call.

import type {
  CallToolResult,
  ServerContext,
} from "@modelcontextprotocol/server";

import { answer, failure } from "./tool-result.ts";

/** Finished jobs whose results nobody has fetched. */
const kMaxKept = 20;

export interface Progress {
  done: number;
  total: number;
  unit: string;
}

export interface Work {
  signal: AbortSignal;
  /** Somebody watches: progress is worth asking the daemon for. */
  watched: boolean;
  report(progress: Progress): void;
}

export type JobState = "running" | "done" | "failed" | "cancelled";

export class Job {
  state: JobState = "running";
  progress: Progress | undefined;
  readonly startedAt = Date.now();
  readonly result: Promise<CallToolResult>;
  onProgress: ((progress: Progress) => void) | undefined;
  private readonly abort = new AbortController();

  constructor(
    readonly id: string,
    readonly title: string,
    watched: boolean,
    work: (job: Work) => Promise<CallToolResult>,
  ) {
    const job: Work = {
      signal: this.abort.signal,
      watched,
      report: (progress) => {
        this.progress = progress;
        this.onProgress?.(progress);
      },
    };
    this.result = work(job)
      .catch(failure)
      .then((result) => this.end(result));
  }

  /** The daemon drops what it can; an edit that has begun is carried out. */
  cancel(): void {
    if (this.state === "running") this.state = "cancelled";
    this.abort.abort();
  }

  private end(result: CallToolResult): CallToolResult {
    if (this.state === "running")
      this.state = result.isError ? "failed" : "done";
    return result;
  }
}

export class Jobs {
  private readonly kept = new Map<string, Job>();
  private lastNumber = 0;

  /** @param waitMs how long a call waits for its work */
  constructor(private readonly waitMs: number) {}

  /**
   * Does the work and answers with its result; or, when that takes too long,
   * with a job that goes on, under an id for the tool `job`. Progress and
   * cancellation of the call are those of the work while the call lasts.
   */
  async run(
    title: string,
    context: ServerContext,
    work: (job: Work) => Promise<CallToolResult>,
  ): Promise<CallToolResult> {
    const { signal, _meta: meta } = context.mcpReq;
    const token = meta?.progressToken;
    const job = new Job(
      `job-${++this.lastNumber}`,
      title,
      token !== undefined,
      work,
    );
    const cancel = () => job.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    job.onProgress = progressNotifier(context);
    const result = await settledWithin(job, this.waitMs);
    signal.removeEventListener("abort", cancel);
    job.onProgress = undefined;
    if (result) return result;
    this.keep(job);
    return stillRunning(job);
  }

  /** The result of a kept job, which is forgotten then; or that it still runs. */
  async wait(id: string): Promise<CallToolResult | undefined> {
    const job = this.kept.get(id);
    if (!job) return undefined;
    const result = await settledWithin(job, this.waitMs);
    if (!result) return stillRunning(job);
    this.kept.delete(id);
    return result;
  }

  find(id: string): Job | undefined {
    return this.kept.get(id);
  }

  list(): Job[] {
    return [...this.kept.values()];
  }

  cancelAll(): void {
    for (const job of this.kept.values()) job.cancel();
  }

  private keep(job: Job): void {
    this.kept.set(job.id, job);
    const ended = this.list().filter(({ state }) => state !== "running");
    for (const old of ended.slice(0, Math.max(0, ended.length - kMaxKept))) {
      this.kept.delete(old.id);
    }
  }
}

export function describeJob(job: Job): Record<string, unknown> {
  const { id, title, state, progress, startedAt } = job;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  return { id, title, state, seconds, ...(progress && { progress }) };
}

function stillRunning(job: Job): CallToolResult {
  const { progress } = job;
  const far = progress
    ? ` (${progress.done} of ${progress.total} ${progress.unit})`
    : "";
  return answer({
    text:
      `Still running: ${job.title}${far}. It goes on as ${job.id}: call the tool ` +
      `"job" with {"id": "${job.id}", "action": "wait"} for its result, ` +
      'or with "cancel" to stop it.',
    facts: { status: "running", job: job.id },
  });
}

async function settledWithin(
  job: Job,
  milliseconds: number,
): Promise<CallToolResult | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([job.result, late]);
  } finally {
    clearTimeout(timer);
  }
}

function progressNotifier(
  context: ServerContext,
): ((progress: Progress) => void) | undefined {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return ({ done, total, unit }) => {
    const message = `${done} of ${total} ${unit}`;
    const params = { progressToken, progress: done, total, message };
    // A host that has gone misses progress; its call ends by the signal.
    context.mcpReq
      .notify({ method: "notifications/progress", params })
      .catch(() => {});
  };
}
