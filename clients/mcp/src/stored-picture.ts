// Pictures that exist already: renders by id, files by path.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { DaemonError, type Client, type RenderRecord } from "./client.ts";
import { readRawRender } from "./mapped-file.ts";
import type { Picture } from "./picture.ts";
import { decodePng } from "./png-reader.ts";
import { kRenderUri, mimeTypeOf } from "./tool-result.ts";

const kRenderId = /^[0-9a-f]{16}$/;

export interface EncodedRender {
  record: RenderRecord;
  bytes: Buffer;
  mimeType: string;
}

/**
 * @param reference a render's id, its goxel:// address, or the path of a PNG
 * @throws DaemonError
 */
export async function loadPicture(
  client: Client,
  reference: string,
): Promise<Picture> {
  const id = renderIdOf(reference);
  if (id === undefined) return decodePng(await readPath(reference), reference);
  const record = await recordOfRender(client, id);
  if (record.format === "pam")
    return (await readRawRender(record.path, id)).picture;
  return decodePng(await readPath(record.path), record.path);
}

/** A render as hosts show it: raw pixels as a PNG, all others as they are. */
export async function loadEncoded(
  client: Client,
  id: string,
): Promise<EncodedRender> {
  let record = await recordOfRender(client, id);
  if (record.format === "pam") {
    const { render } = await client.call("goxel.encode_render", { id });
    record = await recordOfRender(client, render.id);
  }
  const bytes = await readPath(record.path);
  return { record, bytes, mimeType: mimeTypeOf(record.format) };
}

function renderIdOf(reference: string): string | undefined {
  const bare = reference.startsWith(kRenderUri)
    ? reference.slice(kRenderUri.length)
    : reference;
  return kRenderId.test(bare) ? bare : undefined;
}

async function recordOfRender(
  client: Client,
  id: string,
): Promise<RenderRecord> {
  const { render } = await client.call("goxel.get_render_info", {
    id,
    checksum: "none",
  });
  if (!render.encrypted) return render;
  throw new DaemonError("permission_denied", `render ${id} is encrypted`, {
    advice:
      "Only who ordered it has the key; render the view again without encrypt.",
  });
}

async function readPath(path: string): Promise<Buffer> {
  try {
    return await readFile(resolve(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DaemonError(
      code === "EACCES" ? "permission_denied" : "not_found",
      `cannot read ${path} (${code})`,
      {
        cause: error,
        advice: "Give a render id from list_renders, or the path of a PNG.",
      },
    );
  }
}
