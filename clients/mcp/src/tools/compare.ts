// compare: whether two pictures are the same, and where they differ.

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import { DaemonError, type Client } from "../client.ts";
import { differenceOf, type Difference } from "../difference.ts";
import type { Gateway } from "../gateway.ts";
import { round } from "../picture-facts.ts";
import { encodePng } from "../png-writer.ts";
import { kMaxPreviewSide, makePreview } from "../preview.ts";
import { percent } from "../render-report.ts";
import { formatOfPath, saveCopy } from "../saved-copy.ts";
import * as schemas from "../schemas.ts";
import { loadPicture } from "../stored-picture.ts";
import { answer } from "../tool-result.ts";

const kInput = schemas.inputs({
  a: z
    .string()
    .describe("Render id, goxel://renders/ address, or path of a PNG"),
  b: z.string(),
  tolerance: z.int().min(0).max(255).default(0).describe("Per channel"),
  save_to: z
    .string()
    .optional()
    .describe("Write the difference picture here (.png)"),
  response: schemas.response,
});

const kOutput = schemas.outputs({
  ...schemas.outcome,
  same: z.boolean().optional(),
  pixels: z.number().optional(),
  max: z.number().optional(),
  bounds: z.array(z.number()).nullable().optional(),
});

type Input = z.infer<typeof kInput>;

export function registerCompare(
  server: McpServer,
  { client, jobs }: Gateway,
): void {
  server.registerTool(
    "compare",
    {
      description:
        "Compare two pictures of equal size: how many pixels differ, by how much, where. " +
        "The inline picture has them in red.",
      inputSchema: kInput,
      outputSchema: kOutput,
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        openWorldHint: false,
      },
    },
    (input, context) =>
      jobs.run(`compare ${input.a} and ${input.b}`, context, () =>
        compare(client, input),
      ),
  );
}

async function compare(client: Client, input: Input): Promise<CallToolResult> {
  const { a, b, tolerance, save_to, response } = input;
  if (save_to !== undefined) requirePng(save_to);
  const [first, second] = await Promise.all([
    loadPicture(client, a),
    loadPicture(client, b),
  ]);
  const difference = differenceOf(first, second, tolerance);
  const { picture, pixels, share, max, bounds } = difference;
  const savedTo =
    save_to === undefined
      ? undefined
      : await saveCopy(await encodePng(picture), save_to);
  const preview =
    response === "path"
      ? undefined
      : await makePreview(picture, kMaxPreviewSide);
  return answer({
    text: describe(difference, tolerance, savedTo, preview),
    facts: {
      status: "done",
      same: pixels === 0,
      pixels,
      share: round(share),
      max,
      bounds,
      ...(savedTo !== undefined && { saved_to: savedTo }),
    },
    image: preview && { bytes: preview.png, mimeType: "image/png" },
  });
}

function requirePng(path: string): void {
  if (formatOfPath(path) === "png") return;
  throw new DaemonError(
    "invalid_argument",
    `save_to is "${path}"; expected a name in .png`,
  );
}

function describe(
  { picture, pixels, share, max, bounds }: Difference,
  tolerance: number,
  savedTo: string | undefined,
  preview: { width: number; height: number } | undefined,
): string {
  const size = `${picture.width} x ${picture.height}`;
  const [left, top, right, bottom] = bounds ?? [];
  return [
    bounds
      ? `${pixels} of ${size} pixels differ (${percent(share)}) by more than ${tolerance}, ` +
        `within x ${left} to ${right}, y ${top} to ${bottom} from the top left.`
      : `No pixel of ${size} differs by more than ${tolerance}.`,
    `The largest difference of a channel is ${max} of 255.`,
    ...(savedTo === undefined ? [] : [`Difference picture: ${savedTo}`]),
    ...(preview && preview.width !== picture.width
      ? [
          `The inline picture is reduced from ${size} to ` +
            `${preview.width} x ${preview.height} pixels.`,
        ]
      : []),
  ].join("\n");
}
