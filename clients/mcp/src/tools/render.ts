// render: one view, as a file, a preview and facts.

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import type { Client, Layer } from "../client.ts";
import type { Gateway } from "../gateway.ts";
import type { Work } from "../jobs.ts";
import {
  kMaxInlineBytes,
  kMaxPreviewSide,
  makePreview,
  type Preview,
} from "../preview.ts";
import { round } from "../picture-facts.ts";
import { describeRender } from "../render-report.ts";
import {
  encodedBytes,
  renderView,
  type Rendered,
  type ViewRequest,
} from "../rendering.ts";
import { formatOfPath, saveCopy } from "../saved-copy.ts";
import * as schemas from "../schemas.ts";
import { answer, mimeTypeOf, renderLink } from "../tool-result.ts";

const kInput = schemas.inputs({
  width: schemas.side.default(1024),
  height: schemas.side.default(1024),
  preset: schemas.preset,
  camera: schemas.camera,
  options: schemas.look,
  save_to: z
    .string()
    .optional()
    .describe("Also write a copy here (.png .jpg .bmp .ppm .pam)"),
  ttl_seconds: z.int().min(1).max(31_536_000).optional(),
  response: schemas.response,
  project: schemas.project,
});

const kOutput = schemas.outputs({
  ...schemas.outcome,
  id: z.string().optional(),
  path: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  coverage: z.number().optional(),
  bounds: z.array(z.number()).optional(),
  colors: z
    .array(z.object({ color: z.string(), share: z.number() }))
    .optional(),
  layers: z.array(z.string()).optional(),
  camera: z.looseObject({}).optional(),
  preview: schemas.inlineSize,
});

type Input = z.infer<typeof kInput>;

export function registerRender(
  server: McpServer,
  { client, jobs }: Gateway,
): void {
  server.registerTool(
    "render",
    {
      description:
        "Render a picture of the scene. Returns its path, a small preview, and facts: coverage, " +
        "extent, colours, exact camera. A blank picture is an error.",
      inputSchema: kInput,
      outputSchema: kOutput,
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    (input, context) =>
      jobs.run(`render ${input.width} x ${input.height}`, context, (work) =>
        render(client, input, work),
      ),
  );
}

async function render(
  client: Client,
  input: Input,
  work: Work,
): Promise<CallToolResult> {
  const request = viewRequest(input);
  const [rendered, { layers }] = await Promise.all([
    renderView(client, request, work),
    client.call(
      "goxel.list_layers",
      { project_id: input.project },
      { signal: work.signal },
    ),
  ]);
  if (rendered.facts.blank) return blankPicture(rendered, layers);
  const savedTo =
    input.save_to === undefined
      ? undefined
      : await saveCopy(await encodedBytes(rendered), input.save_to);
  const inline =
    input.response === "path" ? undefined : await inlinePicture(rendered);
  const { file, id } = rendered;
  const linked =
    input.response !== "image" && file !== undefined && id !== undefined;
  return answer({
    text: describeRender(rendered, layers, { inline, savedTo }),
    facts: factsOfRender(rendered, layers, inline, savedTo),
    image: inline && { bytes: inline.png, mimeType: "image/png" },
    links: linked
      ? [renderLink(id, `render ${id}`, mimeTypeOf(file.format))]
      : [],
  });
}

function viewRequest(input: Input): ViewRequest {
  return {
    project: input.project,
    width: input.width,
    height: input.height,
    preset: input.preset,
    camera: input.camera,
    options: input.options ?? {},
    format: input.save_to === undefined ? "png" : formatOfPath(input.save_to),
    ttlSeconds: input.ttl_seconds,
  };
}

/** The render's own file where it is small; a reduced picture otherwise. */
async function inlinePicture(rendered: Rendered): Promise<Preview> {
  const { picture, file } = rendered;
  const { width, height } = picture;
  const whole =
    Math.max(width, height) <= kMaxPreviewSide &&
    file?.format === "png" &&
    file.size <= kMaxInlineBytes;
  return whole
    ? { png: await encodedBytes(rendered), width, height }
    : makePreview(picture, kMaxPreviewSide);
}

function factsOfRender(
  rendered: Rendered,
  layers: Layer[],
  inline: Preview | undefined,
  savedTo: string | undefined,
): Record<string, unknown> {
  const { picture, facts, file, id, camera, cached, renderMs, degraded } =
    rendered;
  return {
    status: "done",
    ...(file && {
      id,
      path: file.path,
      format: file.format,
      size_bytes: file.size,
    }),
    ...(file && { expires_at: file.expires_at }),
    ...(savedTo !== undefined && { saved_to: savedTo }),
    ...(degraded && { degraded }),
    width: picture.width,
    height: picture.height,
    coverage: round(facts.coverage),
    bounds: facts.bounds,
    touches: facts.touches,
    colors: facts.colors,
    layers: layers.filter(({ visible }) => visible).map(({ name }) => name),
    camera,
    cached,
    render_ms: renderMs,
    ...(inline && { preview: { width: inline.width, height: inline.height } }),
  };
}

/** A picture that shows nothing is no success: why, and what would help. */
function blankPicture(rendered: Rendered, layers: Layer[]): CallToolResult {
  const visible = layers.filter((layer) => layer.visible && layer.voxels > 0);
  const why = layers.every(({ voxels }) => voxels === 0)
    ? "The scene has no voxels: open another with open_scene or add some with edit_voxels."
    : visible.length === 0
      ? "Every layer that has voxels is hidden: show one with edit_voxels (update_layer, visible)."
      : "The camera does not see the scene, or it has the background's colour: leave out " +
        "camera to frame all of it, or change options.background_color.";
  const text = `${describeRender(rendered, layers, {})}\nWhat to do: ${why}`;
  return { content: [{ type: "text", text }], isError: true };
}
