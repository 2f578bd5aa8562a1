// A socket that answers as a test says.

import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";

import { scratchDirectory } from "./scratch.ts";

export interface Request {
  id: number;
  method: string;
  params: Record<string, unknown>;
}

export interface ScriptedDaemon {
  socketPath: string;
  requests: Request[];
  /** Of connections, so far; and how many of them the client has closed. */
  opened: number;
  closed: number;
}

export type Script = (
  request: Request,
  socket: Socket,
  daemon: ScriptedDaemon,
) => void;

/**
 * Serves until the test ends. Each request is handed to `script`, but for the
 * greeting that begins a connection, which `greet` answers.
 */
export async function scriptedDaemon(
  test: TestContext,
  script: Script,
  greet: Script = (request, socket) =>
    socket.write(resultLine(request, { protocol: 1 })),
): Promise<ScriptedDaemon> {
  const socketPath = join(scratchDirectory(test), "goxel.sock");
  const daemon: ScriptedDaemon = {
    socketPath,
    requests: [],
    opened: 0,
    closed: 0,
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    daemon.opened++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => daemon.closed++);
    let text = "";
    socket.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const request = JSON.parse(text.slice(0, end)) as Request;
        text = text.slice(end + 1);
        if (request.method === "goxel.hello") {
          greet(request, socket, daemon);
        } else {
          daemon.requests.push(request);
          script(request, socket, daemon);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return daemon;
}

export function resultLine({ id }: Request, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result }) + "\n";
}

export function errorLine({ id }: Request, error: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error }) + "\n";
}

export function notificationLine(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params }) + "\n";
}
