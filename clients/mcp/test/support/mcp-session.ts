// The bundled server as a host sees it: the official client over stdio.

import { resolve } from "node:path";
import type { TestContext } from "node:test";
import { Client, type CallToolResult } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

export const kServer = resolve("dist/goxel-mcp.mjs");

/** The handshake that hosts make today, and the revision without one. */
export const kEras = ["legacy", "2026-07-28"] as const;
export type Era = (typeof kEras)[number];

export interface ToolReply {
  isError: boolean;
  text: string;
  facts: Record<string, unknown>;
  /** Width and height of the inline picture, from its PNG header. */
  image: { bytes: Buffer; width: number; height: number } | undefined;
  links: string[];
  /** The whole result as it went over the pipe. */
  chars: number;
}

export interface SessionOptions {
  era?: Era;
  env?: Record<string, string>;
}

export class McpSession {
  private constructor(
    readonly client: Client,
    readonly pid: number,
  ) {}

  /** A server that finds the daemon by `socketPath`, until the test ends. */
  static async start(
    test: TestContext,
    socketPath: string,
    { era = "legacy", env = {} }: SessionOptions = {},
  ): Promise<McpSession> {
    const mode = era === "legacy" ? era : { pin: era };
    const client = new Client(
      { name: "goxel-mcp-test", version: "1" },
      { versionNegotiation: { mode } },
    );
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [kServer],
      env: { GOXEL_SOCKET: socketPath, PATH: process.env["PATH"]!, ...env },
    });
    await client.connect(transport);
    test.after(() => client.close());
    return new McpSession(client, transport.pid!);
  }

  async call(
    name: string,
    args: Record<string, unknown> = {},
    options: Parameters<Client["callTool"]>[1] = {},
  ): Promise<ToolReply> {
    return readable(
      await this.client.callTool({ name, arguments: args }, options),
    );
  }
}

function readable(result: CallToolResult): ToolReply {
  const texts: string[] = [];
  const links: string[] = [];
  let image: ToolReply["image"];
  for (const block of result.content) {
    if (block.type === "text") texts.push(block.text);
    if (block.type === "resource_link") links.push(block.uri);
    if (block.type === "image")
      image = sized(Buffer.from(block.data, "base64"));
  }
  return {
    isError: result.isError ?? false,
    text: texts.join("\n"),
    facts: (result.structuredContent ?? {}) as Record<string, unknown>,
    image,
    links,
    chars: JSON.stringify(result).length,
  };
}

export function sized(bytes: Buffer): {
  bytes: Buffer;
  width: number;
  height: number;
} {
  return {
    bytes,
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
  };
}
