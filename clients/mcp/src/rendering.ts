// One view of a scene: drawn by the daemon, looked at here.

import { readFile } from "node:fs/promises";

import type { Client, Degraded, RenderFile, RenderReply } from "./client.ts";
import type { Work } from "./jobs.ts";
import { readRawRender } from "./mapped-file.ts";
import { backgroundOf, factsOf, type PictureFacts } from "./picture-facts.ts";
import type { Picture } from "./picture.ts";
import { decodePng } from "./png-reader.ts";

/** Pictures may take long; hosts and people cancel earlier. */
export const kRenderTimeoutMs = 30 * 60_000;
/** How long the raw pixels are kept, of which facts and file are made. */
const kRawSeconds = 120;

export interface ViewRequest {
  project: string | undefined;
  width: number;
  height: number;
  preset: string | undefined;
  camera: Record<string, unknown> | undefined;
  /** As goxel.render_scene takes them: style, shadows, transparent, ... */
  options: Record<string, unknown>;
  format: string;
  ttlSeconds: number | undefined;
}

export interface Rendered {
  picture: Picture;
  facts: PictureFacts;
  camera: Record<string, unknown>;
  cached: boolean;
  renderMs: number;
  /** Absent when the daemon could make no file. */
  file?: RenderFile | undefined;
  id?: string | undefined;
  /** The file's bytes, when there is no file. */
  bytes?: Buffer | undefined;
  degraded?: Degraded | undefined;
}

/**
 * Facts, preview and file are made of one and the same drawing: the raw pixels
 * are mapped by the daemon, looked at here, and encoded there meanwhile.
 * @throws DaemonError
 */
export async function renderView(
  client: Client,
  request: ViewRequest,
  work: Work,
): Promise<Rendered> {
  const reply = await client.call(
    "goxel.render_scene",
    {
      project_id: request.project,
      width: request.width,
      height: request.height,
      camera_preset: request.preset,
      camera: request.camera,
      options: {
        ...request.options,
        return_mode: "mmap",
        ttl_seconds: kRawSeconds,
        fallback: ["base64"],
        progress: work.watched,
      },
    },
    {
      signal: work.signal,
      timeoutMs: kRenderTimeoutMs,
      onNotification: ({ params }) => {
        const done = Number(params["rows_ready"]);
        work.report({ done, total: Number(params["rows"]), unit: "rows" });
      },
    },
  );
  const { file, render } = reply;
  return file && render.id !== undefined
    ? lookAtFile(client, request, reply, file, render.id)
    : lookAtInline(request, reply);
}

async function lookAtFile(
  client: Client,
  request: ViewRequest,
  reply: RenderReply,
  file: RenderFile,
  id: string,
): Promise<Rendered> {
  const [raw, encoded] = await Promise.all([
    readRawRender(file.path, id),
    encode(client, request, file, { id, cached: reply.render.cached }),
  ]);
  const { picture, settings } = raw;
  return {
    ...common(reply),
    ...encoded,
    picture,
    facts: factsOf(picture, backgroundOf(picture, settings)),
  };
}

async function lookAtInline(
  request: ViewRequest,
  reply: RenderReply,
): Promise<Rendered> {
  const bytes = Buffer.from(reply.image?.data ?? "", "base64");
  const picture = await decodePng(bytes, "the daemon's picture");
  const facts = factsOf(picture, backgroundOf(picture, request.options));
  return { ...common(reply), picture, facts, bytes };
}

function common(
  reply: RenderReply,
): Pick<Rendered, "camera" | "cached" | "renderMs" | "degraded"> {
  return {
    camera: reply.camera,
    cached: reply.render.cached,
    renderMs: reply.render.render_ms,
    degraded: reply.degraded,
  };
}

/** The file to hand out, with the life that was asked for. */
async function encode(
  client: Client,
  { format, ttlSeconds }: ViewRequest,
  raw: RenderFile,
  drawn: { id: string; cached: boolean },
): Promise<{ file: RenderFile; id: string }> {
  let file = raw;
  let { id, cached } = drawn;
  if (format !== "pam") {
    const encoded = await client.call("goxel.encode_render", { id, format });
    file = encoded.file;
    ({ id, cached } = encoded.render);
  }
  // A new one has the raw pixels' short life. One that was there before has
  // been promised to others, and is only ever given longer.
  const secondsLeft = file.expires_at - Date.now() / 1000;
  if (cached && secondsLeft > (ttlSeconds ?? kRawSeconds)) return { file, id };
  const params = { id, ttl_seconds: ttlSeconds };
  const { render } = await client.call("goxel.touch_render", params);
  return { file: { ...file, expires_at: render.expires_at }, id };
}

/** The encoded picture, wherever it is. */
export async function encodedBytes({ bytes, file }: Rendered): Promise<Buffer> {
  return bytes ?? (await readFile(file!.path));
}
