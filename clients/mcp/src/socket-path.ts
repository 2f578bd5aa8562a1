// Where the daemon's socket is, and whether it may be trusted.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { DaemonError } from "./daemon-error.ts";

const kDefaultSocketPath = "/tmp/goxel.sock";

/**
 * GOXEL_SOCKET, else the first that exists of $XDG_RUNTIME_DIR/goxel/goxel.sock,
 * /run/goxel/goxel.sock and /tmp/goxel.sock.
 */
export function findSocketPath(environment = process.env): string {
  const named = environment["GOXEL_SOCKET"];
  if (named) return named;
  const candidates = [
    ...privateSocketPath(environment),
    "/run/goxel/goxel.sock",
  ];
  return candidates.find((path) => existsSync(path)) ?? kDefaultSocketPath;
}

/**
 * Where a daemon that this client starts should listen: as named, else in a
 * directory that only this user can reach, else where everybody looks.
 */
export function socketPathForNewDaemon(environment = process.env): string {
  return (
    environment["GOXEL_SOCKET"] ||
    privateSocketPath(environment)[0] ||
    kDefaultSocketPath
  );
}

function privateSocketPath(environment: NodeJS.ProcessEnv): string[] {
  const runtime = environment["XDG_RUNTIME_DIR"];
  return runtime ? [join(runtime, "goxel", "goxel.sock")] : [];
}

/**
 * Anybody can put a socket into /tmp. One that was found there, not named, is
 * talked to only if it is this user's.
 * @throws DaemonError permission_denied
 */
export function requireOwnSocket(
  path: string,
  environment = process.env,
): void {
  if (environment["GOXEL_SOCKET"] === path) return;
  const owner = statSync(path, { throwIfNoEntry: false })?.uid;
  const self = process.getuid?.();
  if (owner === undefined || owner === self) return;
  throw new DaemonError(
    "permission_denied",
    `the socket ${path} belongs to user ${owner}, this process to user ${self}`,
    {
      advice:
        "Set GOXEL_SOCKET to a socket of your own; a daemon serves only its own user.",
    },
  );
}
