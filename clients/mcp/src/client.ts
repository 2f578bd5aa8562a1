// The daemon's methods as calls: JSON-RPC 2.0 over its Unix socket.
//
// Calls that are awaited one after the other are carried out in that order.
// Calls made at the same time use connections of their own, so that a long
// render delays nobody; their order is not defined.
//
// A daemon that was restarted between two calls is connected to again. A
// request that may have reached a daemon is never sent twice: such a call
// fails with connection_lost, and the caller decides.

import { Connection, type DaemonNotification } from "./connection.ts";
import { DaemonError } from "./daemon-error.ts";
import { findSocketPath, requireOwnSocket } from "./socket-path.ts";
import type { MethodName, ParamsOf, ResultOf } from "./wire-types.ts";

export { DaemonError, type Reason } from "./daemon-error.ts";
export type { DaemonNotification } from "./connection.ts";
export type * from "./wire-types.ts";

const kDefaultTimeoutMs = 60_000;
const kHelloId = 0;
/** Each connection begins with it: a daemon may have been replaced by another. */
const kHello = JSON.stringify({
  jsonrpc: "2.0",
  id: kHelloId,
  method: "goxel.hello",
  params: { client: "goxel-ts", protocol: { min: 1, max: 1 } },
});

export interface ClientOptions {
  /** Absent: looked for before each connection, see socket-path.ts. */
  socketPath?: string | undefined;
  /** Of a call, unless it has its own. */
  timeoutMs?: number;
  /** A longer reply is the error too_large. */
  maxReplyBytes?: number;
  /** Further calls wait for one of these to end. */
  maxConnections?: number;
  /**
   * Called when nobody listens; is expected to start a daemon and to return
   * the path of its socket, or to throw. Absent: the call fails.
   */
  startDaemon?: (() => Promise<string>) | undefined;
}

export interface CallOptions {
  timeoutMs?: number | undefined;
  /** Ends the call with `cancelled`; the daemon drops what it can. */
  signal?: AbortSignal | undefined;
  onNotification?: ((notification: DaemonNotification) => void) | undefined;
}

export class Client {
  private readonly idle: Connection[] = [];
  private readonly queue: (() => void)[] = [];
  private busy = 0;
  private lastId = kHelloId;
  private starting: Promise<string> | undefined;

  constructor(private readonly options: ClientOptions = {}) {}

  /**
   * Calls a method. Connects when necessary.
   * @throws DaemonError
   */
  call<M extends MethodName>(
    method: M,
    params: ParamsOf<M>,
    options?: CallOptions,
  ): Promise<ResultOf<M>>;
  call(method: string, params: object, options?: CallOptions): Promise<unknown>;
  async call(
    method: string,
    params: object,
    options: CallOptions = {},
  ): Promise<unknown> {
    await this.turn();
    try {
      const connection = await this.connection();
      const id = ++this.lastId;
      try {
        return await connection.exchange({
          id,
          request: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
          timeoutMs:
            options.timeoutMs ?? this.options.timeoutMs ?? kDefaultTimeoutMs,
          signal: options.signal,
          onNotification: options.onNotification,
        });
      } finally {
        if (connection.usable) this.idle.push(connection);
      }
    } finally {
      this.passTurn();
    }
  }

  /** Ends all idle connections; a later call connects again. */
  close(): void {
    for (const connection of this.idle.splice(0)) connection.close();
  }

  private async turn(): Promise<void> {
    if (this.busy < (this.options.maxConnections ?? 8)) {
      this.busy++;
    } else {
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
  }

  /** The turn goes to whoever waits longest, so `busy` stays what it is. */
  private passTurn(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.busy--;
  }

  private async connection(): Promise<Connection> {
    for (let last = this.idle.pop(); last; last = this.idle.pop()) {
      if (last.usable) return last;
    }
    const path = this.options.socketPath ?? findSocketPath();
    const { startDaemon } = this.options;
    try {
      return await this.open(path);
    } catch (error) {
      if (!nobodyListens(error) || !startDaemon) throw unreachable(path, error);
    }
    // Calls that find no daemon at the same time start one together.
    this.starting ??= this.start(path, startDaemon).finally(
      () => (this.starting = undefined),
    );
    const started = await this.starting;
    return this.open(started).catch((error: unknown) => {
      throw unreachable(started, error);
    });
  }

  /** Looks once more: one may have come up since, started by another call. */
  private async start(
    path: string,
    startDaemon: () => Promise<string>,
  ): Promise<string> {
    try {
      this.idle.push(await this.open(path));
      return path;
    } catch (error) {
      if (!nobodyListens(error)) throw unreachable(path, error);
    }
    return startDaemon();
  }

  private async open(path: string): Promise<Connection> {
    if (!this.options.socketPath) requireOwnSocket(path);
    const connection = await Connection.open(
      path,
      this.options.maxReplyBytes ?? 256 << 20,
    );
    try {
      await connection.exchange({
        id: kHelloId,
        request: kHello,
        timeoutMs: this.options.timeoutMs ?? kDefaultTimeoutMs,
      });
      return connection;
    } catch (error) {
      connection.close();
      throw refusedHello(path, error as DaemonError);
    }
  }
}

function nobodyListens(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ECONNREFUSED";
}

function refusedHello(path: string, error: DaemonError): DaemonError {
  if (error.reason === "connection_lost") {
    return new DaemonError(
      "unavailable",
      `what listens on ${path} closed the connection at once`,
      {
        cause: error,
        advice:
          "Call again in a moment: the daemon may be stopping or have too many clients. " +
          "It serves only its own user and root.",
      },
    );
  }
  if (error.reason === "not_found") {
    return new DaemonError(
      "incompatible_protocol",
      `what listens on ${path} does not know goxel.hello`,
      {
        cause: error,
        advice: "Stop the old daemon and start one of this release.",
      },
    );
  }
  return error;
}

function unreachable(path: string, error: unknown): DaemonError {
  if (error instanceof DaemonError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES") {
    return new DaemonError(
      "permission_denied",
      `the socket ${path} is not open to this user (EACCES)`,
      { advice: "Set GOXEL_SOCKET to the socket of a daemon of your own." },
    );
  }
  return new DaemonError(
    "unavailable",
    `no daemon answers on ${path}: ${message}`,
    {
      cause: error,
      advice:
        `Start one with "goxel-daemon --socket ${path}", ` +
        "or set GOXEL_SOCKET to where it listens.",
    },
  );
}
