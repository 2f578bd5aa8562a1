// Renders as MCP resources: goxel://renders/{id}.

import {
  ResourceNotFoundError,
  ResourceTemplate,
  type McpServer,
  type ReadResourceResult,
} from "@modelcontextprotocol/server";

import { DaemonError } from "./daemon-error.ts";
import type { Gateway } from "./gateway.ts";
import { kMaxInlineBytes, makePreview } from "./preview.ts";
import { decodePng } from "./png-reader.ts";
import { loadEncoded } from "./stored-picture.ts";
import { kRenderUri, mimeTypeOf } from "./tool-result.ts";

/** A list is read by people; all renders are in list_renders. */
const kMaxListed = 50;
/** Models take no larger side when they see many pictures. */
const kMaxSide = 2000;

export function registerRenders(server: McpServer, { client }: Gateway): void {
  const template = new ResourceTemplate(`${kRenderUri}{id}`, {
    list: async () => {
      const { renders } = await client.call("goxel.list_renders", {});
      return {
        resources: renders
          .reverse()
          .slice(0, kMaxListed)
          .map(({ id, dimensions: { width, height }, format, size }) => ({
            uri: kRenderUri + id,
            name: `${width} x ${height} ${format} ${id}`,
            mimeType: format === "pam" ? "image/png" : mimeTypeOf(format),
            size,
          })),
      };
    },
  });
  server.registerResource(
    "render",
    template,
    { description: "A picture that the daemon keeps", mimeType: "image/png" },
    async (uri, { id }): Promise<ReadResourceResult> => {
      try {
        return await read(uri.href, String(id), { client });
      } catch (error) {
        if (error instanceof DaemonError && error.reason === "not_found") {
          throw new ResourceNotFoundError(
            uri.href,
            `${error.message}. ${error.advice}`,
          );
        }
        throw error;
      }
    },
  );
}

async function read(
  uri: string,
  id: string,
  { client }: Pick<Gateway, "client">,
): Promise<ReadResourceResult> {
  const { record, bytes, mimeType } = await loadEncoded(client, id);
  const { width, height } = record.dimensions;
  const fits =
    bytes.length <= kMaxInlineBytes && Math.max(width, height) <= kMaxSide;
  if (fits)
    return { contents: [{ uri, mimeType, blob: bytes.toString("base64") }] };
  if (mimeType !== "image/png") {
    throw new DaemonError(
      "too_large",
      `render ${id} is a ${record.format} of ${bytes.length} bytes`,
      {
        advice: `Read the file itself: ${record.path}`,
      },
    );
  }
  const reduced = await makePreview(
    await decodePng(bytes, record.path),
    kMaxSide,
  );
  const text =
    `Reduced from ${width} x ${height} to ${reduced.width} x ${reduced.height} pixels; ` +
    `the whole picture is ${record.path}`;
  return {
    contents: [
      { uri, mimeType, blob: reduced.png.toString("base64") },
      { uri, mimeType: "text/plain", text },
    ],
  };
}
