// Cuts what arrives on a socket into messages.

import { DaemonError } from "./daemon-error.ts";

const kLineFeed = 0x0a;

/**
 * The daemon ends each message with a line feed and writes none within one.
 * Messages may arrive joined, or split anywhere, also within a character.
 */
export class ReplyStream {
  private pieces: Buffer[] = [];
  private pieceBytes = 0;

  /** @param maxReplyBytes a longer message is an error, not memory */
  constructor(private readonly maxReplyBytes: number) {}

  /**
   * The messages that `chunk` completes, in their order.
   * @throws DaemonError too_large, data_loss; the stream is of no use then
   */
  push(chunk: Buffer): Record<string, unknown>[] {
    const messages: Record<string, unknown>[] = [];
    let start = 0;
    let end = chunk.indexOf(kLineFeed);
    while (end >= 0) {
      this.keep(chunk.subarray(start, end));
      const line = Buffer.concat(this.pieces, this.pieceBytes);
      this.pieces = [];
      this.pieceBytes = 0;
      if (line.length > 0) messages.push(parseMessage(line));
      start = end + 1;
      end = chunk.indexOf(kLineFeed, start);
    }
    this.keep(chunk.subarray(start));
    return messages;
  }

  private keep(piece: Buffer): void {
    this.pieceBytes += piece.length;
    if (this.pieceBytes > this.maxReplyBytes) {
      throw new DaemonError(
        "too_large",
        `a reply of the daemon is longer than ${this.maxReplyBytes} bytes`,
        { advice: "Ask for less at a time, or raise maxReplyBytes." },
      );
    }
    if (piece.length > 0) this.pieces.push(piece);
  }
}

function parseMessage(line: Buffer): Record<string, unknown> {
  const text = line.toString("utf8");
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message === "object" && message !== null) {
      return message as Record<string, unknown>;
    }
  } catch {
    // Told below, as any other text that is no message.
  }
  throw new DaemonError(
    "data_loss",
    `the daemon sent what is no JSON-RPC message: ${text.slice(0, 80)}`,
    { advice: "Check that GOXEL_SOCKET is the socket of goxel-daemon." },
  );
}
