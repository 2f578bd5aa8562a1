// describe_scene: what is in a scene, in figures.

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import type {
  BoundingBox,
  Client,
  ColorCount,
  Layer,
  ProjectInfo,
} from "../client.ts";
import type { Gateway } from "../gateway.ts";
import { inputs, outputs, project } from "../schemas.ts";
import { answer, failure } from "../tool-result.ts";

const kAllLayers = -2;

const kInput = inputs({
  project,
  colors: z
    .int()
    .min(0)
    .max(256)
    .default(8)
    .describe("How many colours to list"),
});

const kOutput = outputs({
  name: z.string(),
  voxels: z.number(),
  layers: z.array(z.looseObject({ id: z.number(), name: z.string() })),
  bounds: z.array(z.array(z.number())).nullable(),
  colors: z.array(z.looseObject({ color: z.string(), count: z.number() })),
});

type Input = z.infer<typeof kInput>;

export function registerDescribeScene(
  server: McpServer,
  { client }: Gateway,
): void {
  server.registerTool(
    "describe_scene",
    {
      description: "Layers, extent, colours, undo steps of the scene.",
      inputSchema: kInput,
      outputSchema: kOutput,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (input, { mcpReq: { signal } }) =>
      describeScene(client, input, signal).catch(failure),
  );
}

async function describeScene(
  client: Client,
  { project, colors }: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const params = { project_id: project };
  const all = { ...params, layer_id: kAllLayers };
  const info = await client.call("goxel.get_project_info", params, { signal });
  const [{ layers }, box, shades] = await Promise.all([
    client.call("goxel.list_layers", params, { signal }),
    client.call("goxel.get_bounding_box", all, { signal }),
    client.call(
      "goxel.get_color_histogram",
      { ...all, top_n: Math.max(colors, 1) },
      { signal },
    ),
  ]);
  const listed = shades.histogram.slice(0, colors);
  return answer({
    text: describe(info, layers, box, listed),
    facts: {
      name: info.name,
      voxels: info.voxels,
      layers,
      bounds: box.empty ? null : [box.min, box.max_inclusive],
      colors: listed.map(({ color, count }) => ({ color, count })),
      undo_steps: info.undo_steps,
      redo_steps: info.redo_steps,
    },
  });
}

function describe(
  info: ProjectInfo,
  layers: Layer[],
  box: BoundingBox,
  colors: ColorCount[],
): string {
  const extent = box.empty
    ? "It has no voxels: add some with edit_voxels."
    : `It spans ${box.size?.join(" x ")} voxels, from ${box.min?.join(", ")} ` +
      `to ${box.max_inclusive?.join(", ")}, both within; z is up.`;
  const shades = colors.map(
    ({ color, percentage }) => `${color} ${percentage.toFixed(1)} %`,
  );
  return [
    `Scene "${info.name}" (project ${info.project_id}): ${info.voxels} voxels.`,
    extent,
    "Layers, from the bottom up:",
    ...layers.map(describeLayer),
    ...(shades.length > 0
      ? [`Colours of what is visible: ${shades.join(", ")}.`]
      : []),
    `Steps to undo: ${info.undo_steps}, to redo: ${info.redo_steps}.`,
  ].join("\n");
}

function describeLayer({
  id,
  name,
  visible,
  active,
  mode,
  voxels,
}: Layer): string {
  const marks = [
    visible ? "visible" : "hidden",
    ...(active ? ["active"] : []),
    mode,
  ];
  return `  ${id}: "${name}" (${marks.join(", ")}), ${voxels} voxels`;
}
