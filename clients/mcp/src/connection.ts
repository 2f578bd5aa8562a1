// One connection to the daemon, on which one call is made at a time.

import { createConnection, type Socket } from "node:net";

import { DaemonError } from "./daemon-error.ts";
import { ReplyStream } from "./reply-stream.ts";

export interface DaemonNotification {
  method: string;
  params: Record<string, unknown>;
}

export interface Exchange {
  id: number;
  /** The request, one line without its end. */
  request: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Called for each notification that arrives before the reply. */
  onNotification?: ((notification: DaemonNotification) => void) | undefined;
}

interface Waiting {
  exchange: Exchange;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * Whatever arrives during a call belongs to that call, so its notifications
 * need no matching, and giving up means closing the connection: the daemon
 * then drops what only this client waited for.
 */
export class Connection {
  private readonly replies: ReplyStream;
  private waiting: Waiting | undefined;
  private failure: DaemonError | undefined;

  private constructor(
    private readonly socket: Socket,
    maxReplyBytes: number,
  ) {
    this.replies = new ReplyStream(maxReplyBytes);
    socket.on("data", (chunk) => this.receive(chunk));
    socket.on("error", (error) => this.fail(lost(error)));
    socket.on("close", () => this.fail(lost()));
    // An idle connection must not keep a program alive that is done.
    socket.unref();
  }

  /** @throws the socket's own error (ENOENT, ECONNREFUSED, EACCES, ...) */
  static open(path: string, maxReplyBytes: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Connection(socket, maxReplyBytes));
      });
    });
  }

  /** False once anything went wrong: the connection is closed then. */
  get usable(): boolean {
    return this.failure === undefined;
  }

  /**
   * Sends a request and waits for its reply.
   * @throws DaemonError the daemon's own, or connection_lost, timed_out,
   *   cancelled, after which the connection is not usable
   */
  async exchange(exchange: Exchange): Promise<unknown> {
    if (this.failure) throw this.failure;
    if (this.waiting) throw new Error("a connection makes one call at a time");
    const cancel = () =>
      this.fail(new DaemonError("cancelled", "the call was cancelled"));
    if (exchange.signal?.aborted)
      throw new DaemonError("cancelled", "the call was cancelled");
    exchange.signal?.addEventListener("abort", cancel, { once: true });
    const timer = setTimeout(
      () => this.fail(overdue(exchange)),
      exchange.timeoutMs,
    );
    this.socket.ref();
    try {
      return await new Promise((resolve, reject) => {
        this.waiting = { exchange, resolve, reject };
        this.socket.write(exchange.request + "\n");
      });
    } finally {
      clearTimeout(timer);
      exchange.signal?.removeEventListener("abort", cancel);
      this.socket.unref();
    }
  }

  close(): void {
    this.fail(new DaemonError("cancelled", "the client was closed"));
  }

  private receive(chunk: Buffer): void {
    try {
      for (const message of this.replies.push(chunk)) this.take(message);
    } catch (error) {
      this.fail(error as DaemonError);
    }
  }

  private take(message: Record<string, unknown>): void {
    const waiting = this.waiting;
    if (typeof message["method"] === "string") {
      waiting?.exchange.onNotification?.({
        method: message["method"],
        params: (message["params"] ?? {}) as Record<string, unknown>,
      });
      return;
    }
    // What the daemon could not read as a request it answers with the id null.
    const unread = message["id"] === null && "error" in message;
    if (!waiting || (message["id"] !== waiting.exchange.id && !unread)) {
      throw new DaemonError(
        "data_loss",
        `the daemon answered ${JSON.stringify(message["id"])}, which was not asked`,
      );
    }
    this.waiting = undefined;
    if ("error" in message) {
      waiting.reject(DaemonError.fromReply(message["error"]));
    } else {
      waiting.resolve(message["result"]);
    }
  }

  private fail(error: DaemonError): void {
    if (this.failure) return;
    this.failure = error;
    this.socket.destroy();
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}

function lost(cause?: Error): DaemonError {
  const detail = cause ? `: ${cause.message}` : "";
  return new DaemonError(
    "connection_lost",
    `the connection to the daemon ended before its reply${detail}`,
    { cause },
  );
}

function overdue(exchange: Exchange): DaemonError {
  return new DaemonError(
    "timed_out",
    `the daemon did not answer within ${exchange.timeoutMs} ms`,
  );
}
