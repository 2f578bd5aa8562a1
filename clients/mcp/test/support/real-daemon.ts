// The daemon of GOXEL_DAEMON, on a socket and in a directory of its own.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";

import { Client } from "../../src/client.ts";
import { scratchDirectory } from "./scratch.ts";

export class RealDaemon {
  readonly socketPath: string;
  readonly renderDirectory: string;
  private process: ChildProcess | undefined;

  private constructor(
    readonly directory: string,
    private readonly flags: string[],
  ) {
    this.socketPath = join(directory, "goxel.sock");
    this.renderDirectory = join(directory, "renders");
  }

  /** Runs until the test ends. */
  static async start(
    test: TestContext,
    flags: string[] = [],
  ): Promise<RealDaemon> {
    const daemon = new RealDaemon(scratchDirectory(test), flags);
    test.after(() => daemon.kill());
    await daemon.start();
    return daemon;
  }

  async start(): Promise<void> {
    this.process = spawn(
      process.env["GOXEL_DAEMON"]!,
      [
        ...["--socket", this.socketPath, "--render-dir", this.renderDirectory],
        ...["--config", "/dev/null", "--log-level", "warn", ...this.flags],
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    await until(
      () => answers(this.socketPath),
      `a daemon on ${this.socketPath}`,
    );
  }

  /** As by kill -9: nothing is cleaned up. */
  async kill(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    if (!process || process.exitCode !== null) return;
    process.kill("SIGKILL");
    await once(process, "exit");
  }
}

async function answers(socketPath: string): Promise<boolean> {
  if (!existsSync(socketPath)) return false;
  const client = new Client({ socketPath });
  try {
    return (await client.call("goxel.ping", {})).pong;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

/** Waits for what must come true within ten seconds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`waited 10 s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
