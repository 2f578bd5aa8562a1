// list_renders: which pictures there are.

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import type { Client, RenderRecord } from "../client.ts";
import type { Gateway } from "../gateway.ts";
import { inputs, outputs } from "../schemas.ts";
import { answer, failure } from "../tool-result.ts";

const kInput = inputs({
  limit: z.int().min(1).max(200).default(20),
  offset: z.int().min(0).default(0),
});

const kOutput = outputs({
  total: z.number(),
  renders: z.array(z.looseObject({ id: z.string(), path: z.string() })),
});

type Input = z.infer<typeof kInput>;

export function registerListRenders(
  server: McpServer,
  { client }: Gateway,
): void {
  server.registerTool(
    "list_renders",
    {
      description: "List renders that exist, of all clients, the newest first.",
      inputSchema: kInput,
      outputSchema: kOutput,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (input, { mcpReq: { signal } }) =>
      listRenders(client, input, signal).catch(failure),
  );
}

async function listRenders(
  client: Client,
  { limit, offset }: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { renders } = await client.call("goxel.list_renders", {}, { signal });
  const page = renders.reverse().slice(offset, offset + limit);
  const rest = renders.length - offset - page.length;
  return answer({
    text: [
      `${renders.length} renders; ${page.length} of them:`,
      ...page.map(describe),
      ...(rest > 0
        ? [`More: call again with offset ${offset + page.length}.`]
        : []),
    ].join("\n"),
    facts: { total: renders.length, renders: page.map(factsOf) },
  });
}

function describe({
  id,
  path,
  dimensions,
  format,
  size,
  ttl_remaining,
}: RenderRecord): string {
  const { width, height } = dimensions;
  return `  ${id}: ${width} x ${height} ${format}, ${size} bytes, ${ttl_remaining} s left, ${path}`;
}

function factsOf(record: RenderRecord): Record<string, unknown> {
  const { id, path, format, size, dimensions, created_at, expires_at, pinned } =
    record;
  return {
    id,
    path,
    format,
    size_bytes: size,
    ...dimensions,
    created_at,
    expires_at,
    pinned,
  };
}
