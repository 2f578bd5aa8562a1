// Starts a daemon where none answers.

import { spawn } from "node:child_process";
import { constants, accessSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { DaemonError } from "./daemon-error.ts";
import { socketPathForNewDaemon } from "./socket-path.ts";

const kProgram = "goxel-daemon";

/**
 * Starts goxel-daemon and returns its socket's path once it serves there. It
 * is nobody's child: it stays when this process ends, with its scenes and
 * renders, and is stopped by `goxel-daemon --stop`.
 * @throws DaemonError unavailable, with the daemon's own words
 */
export async function startDaemon(): Promise<string> {
  const socketPath = socketPathForNewDaemon();
  const program = findProgram();
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
  const flags = [
    "--daemonize",
    ...["--socket", socketPath],
    ...["--pid-file", `${socketPath}.pid`],
    ...["--log-file", `${socketPath}.log`],
  ];
  const { code, words } = await run(program, flags);
  if (code === 0) return socketPath;
  throw new DaemonError(
    "unavailable",
    `no daemon answered, and ${program} did not start: ${words || `exit code ${code}`}`,
    {
      advice: `Run "${program} ${flags.slice(1).join(" ")}" in a terminal to see why.`,
    },
  );
}

/** GOXEL_DAEMON, else the program beside this one, else in PATH. */
function findProgram(): string {
  const named = process.env["GOXEL_DAEMON"];
  const candidates = named
    ? [named]
    : [import.meta.dirname, ...(process.env["PATH"] ?? "").split(delimiter)]
        .filter((directory) => directory !== "")
        .map((directory) => join(directory, kProgram));
  const found = candidates.find(isExecutable);
  if (found) return found;
  throw new DaemonError(
    "unavailable",
    named
      ? `no daemon answers, and GOXEL_DAEMON is ${named}, which is no program`
      : `no daemon answers, and there is no ${kProgram} beside this server or in PATH`,
    {
      advice:
        `Install ${kProgram}, set GOXEL_DAEMON to its path, ` +
        "or set GOXEL_SOCKET to where one listens.",
    },
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The exit code, and the last line on standard error: what was wrong. */
function run(
  program: string,
  flags: string[],
): Promise<{ code: number | null; words: string }> {
  return new Promise((resolve) => {
    // Standard output is the protocol's; the program gets none of it.
    const child = spawn(program, flags, {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let text = "";
    child.stderr
      .setEncoding("utf8")
      .on("data", (piece: string) => (text += piece));
    child.once("error", (error) =>
      resolve({ code: null, words: error.message }),
    );
    child.once("exit", (code) =>
      resolve({ code, words: text.trim().split("\n").at(-1) ?? "" }),
    );
  });
}
