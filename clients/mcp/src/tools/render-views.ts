// render_views: many views of one scene, on one sheet or one file each.

import { readFile } from "node:fs/promises";
import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import {
  DaemonError,
  type Client,
  type RenderViewsReply,
  type View,
} from "../client.ts";
import type { Gateway } from "../gateway.ts";
import type { Work } from "../jobs.ts";
import { backgroundOf, factsOf, round } from "../picture-facts.ts";
import { decodePng } from "../png-reader.ts";
import { kMaxPreviewSide, makePreview, type Preview } from "../preview.ts";
import { percent } from "../render-report.ts";
import { kRenderTimeoutMs } from "../rendering.ts";
import * as schemas from "../schemas.ts";
import { answer, renderLink } from "../tool-result.ts";

/** More links than this tell a host nothing; the paths are all there. */
const kMaxLinks = 20;
/** Looking at a picture takes time; beyond this, the agent chooses. */
const kMaxLooked = 100;

const kInput = schemas.inputs({
  width: schemas.side.default(512),
  height: schemas.side.default(512),
  turntable: z
    .looseObject({
      frames: z.int().min(1).max(10000),
      elevation: z.number().optional(),
    })
    .optional()
    .describe("Also start_azimuth, turns, clockwise, fov, ortho, margin"),
  presets: z.array(z.string()).optional(),
  cameras: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  sheet: z
    .boolean()
    .default(true)
    .describe("One labelled picture of all; false: a file each"),
  options: schemas.look,
  response: schemas.response,
  project: schemas.project,
});

const kOutput = schemas.outputs({
  ...schemas.outcome,
  sheet: z
    .looseObject({ id: z.string().optional(), path: z.string() })
    .optional(),
  views: z
    .array(z.looseObject({ index: z.number(), path: z.string().optional() }))
    .optional(),
  preview: schemas.inlineSize,
});

type Input = z.infer<typeof kInput>;

export function registerRenderViews(
  server: McpServer,
  { client, jobs }: Gateway,
): void {
  server.registerTool(
    "render_views",
    {
      description:
        "Render several views: give one of turntable, presets, cameras (as render's camera). " +
        "Width and height are of each view.",
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
      jobs.run("render views", context, (work) =>
        renderViews(client, input, work),
      ),
  );
}

async function renderViews(
  client: Client,
  input: Input,
  work: Work,
): Promise<CallToolResult> {
  requireOneKind(input);
  await requireVoxels(client, input.project, work.signal);
  const reply = await callForViews(client, input, work);
  return input.sheet ? sheetAnswer(reply, input) : framesAnswer(reply, input);
}

function requireOneKind({ turntable, presets, cameras }: Input): void {
  const kinds = { turntable, presets, cameras };
  const given = Object.entries(kinds).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 1) return;
  throw new DaemonError(
    "invalid_argument",
    `given are ${given.map(([name]) => name).join(" and ") || "no views"}; ` +
      "expected one of turntable, presets and cameras",
  );
}

/** Pictures of nothing are no success. */
async function requireVoxels(
  client: Client,
  project: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const params = { project_id: project };
  const { layers } = await client.call("goxel.list_layers", params, { signal });
  if (layers.some(({ visible, voxels }) => visible && voxels > 0)) return;
  throw new DaemonError("failed_precondition", "no visible layer has voxels", {
    advice:
      "Open a scene, add voxels with edit_voxels, or show a hidden layer.",
  });
}

function callForViews(
  client: Client,
  input: Input,
  work: Work,
): Promise<RenderViewsReply> {
  const { turntable, presets, cameras } = input;
  let done = 0;
  return client.call(
    "goxel.render_views",
    {
      project_id: input.project,
      width: input.width,
      height: input.height,
      turntable,
      presets,
      cameras,
      ...(input.sheet && { sheet: { labels: true } }),
      options: {
        ...input.options,
        return_mode: "file_path",
        fallback: [],
        stream: work.watched,
      },
    },
    {
      signal: work.signal,
      timeoutMs: kRenderTimeoutMs,
      onNotification: ({ method, params }) => {
        if (method !== "goxel.view_ready") return;
        work.report({
          done: ++done,
          total: Number(params["count"]),
          unit: "views",
        });
      },
    },
  );
}

/** The sheet is a render of its own; its views are no files. */
async function sheetAnswer(
  { count, sheet }: RenderViewsReply,
  input: Input,
): Promise<CallToolResult> {
  const file = sheet?.file;
  if (!file) throw new DaemonError("render_failed", "the daemon sent no sheet");
  const { width, height } = file.dimensions;
  const id = sheet.render?.id;
  const preview =
    input.response === "path" ? undefined : await previewOf(file.path);
  return answer({
    text: [
      `Rendered ${count} views on one sheet of ${width} x ${height} pixels, ` +
        `${sheet.columns} in a row, from the top left: ${viewNames(input)}.`,
      `File: ${file.path} (${file.size} bytes).`,
      ...(preview ? [describePreview(preview, width, height)] : []),
    ].join("\n"),
    facts: {
      status: "done",
      count,
      sheet: { id, path: file.path, width, height, columns: sheet.columns },
      ...(preview && {
        preview: { width: preview.width, height: preview.height },
      }),
    },
    image: preview && { bytes: preview.png, mimeType: "image/png" },
    links:
      id === undefined || input.response === "image"
        ? []
        : [renderLink(id, `sheet ${id}`, "image/png")],
  });
}

async function previewOf(path: string): Promise<Preview> {
  return makePreview(
    await decodePng(await readFile(path), path),
    kMaxPreviewSide,
  );
}

function describePreview(
  preview: Preview,
  width: number,
  height: number,
): string {
  return preview.width === width
    ? "The inline picture is the whole sheet."
    : `The inline picture is reduced from ${width} x ${height} to ` +
        `${preview.width} x ${preview.height} pixels; the file is not.`;
}

function viewNames({ turntable, presets, cameras = [] }: Input): string {
  if (turntable) return `a turntable of ${turntable.frames} frames`;
  return (presets ?? cameras.map(({ name }, i) => name ?? `view ${i}`)).join(
    ", ",
  );
}

/** A file for each view, each looked at: a blank one is told, all blank is an error. */
async function framesAnswer(
  { count, views = [] }: RenderViewsReply,
  { options, response }: Input,
): Promise<CallToolResult> {
  const coverages: (number | undefined)[] = [];
  // One after the other: a long turntable must not fill the memory.
  for (const view of views.slice(0, kMaxLooked)) {
    coverages.push(await coverageOf(view, options ?? {}));
  }
  const blank = coverages.filter((coverage) => coverage === 0).length;
  const lines = views.map(
    (view, i) => describeView(view) + describeCoverage(coverages[i]),
  );
  const text = [`Rendered ${count} views, one file each.`, ...lines].join("\n");
  if (blank > 0 && blank === coverages.length) {
    const what =
      "Every picture is blank. What to do: see describe_scene for whether there are visible " +
      "voxels, and leave the cameras' distance and target out to frame them.";
    return {
      content: [{ type: "text", text: `${text}\n${what}` }],
      isError: true,
    };
  }
  return answer({
    text,
    facts: {
      status: "done",
      count,
      views: views.map((view, i) => ({
        ...factsOfView(view),
        coverage: coverages[i],
      })),
    },
    links:
      response === "image"
        ? []
        : views.slice(0, kMaxLinks).flatMap((view) => {
            const id = view.render?.id;
            return id === undefined
              ? []
              : [renderLink(id, view.name, "image/png")];
          }),
  });
}

async function coverageOf(
  view: View,
  options: Record<string, unknown>,
): Promise<number | undefined> {
  if (!view.file) return undefined;
  const picture = await decodePng(
    await readFile(view.file.path),
    view.file.path,
  );
  return round(factsOf(picture, backgroundOf(picture, options)).coverage);
}

function describeView(view: View): string {
  return `  ${view.name}${view.file ? `: ${view.file.path}` : ""}`;
}

function describeCoverage(coverage: number | undefined): string {
  if (coverage === undefined) return "";
  return coverage === 0 ? " (blank)" : ` (scene covers ${percent(coverage)})`;
}

function factsOfView(view: View): Record<string, unknown> {
  const { index, name, file, render, camera } = view;
  return { index, name, id: render?.id, path: file?.path, camera };
}
