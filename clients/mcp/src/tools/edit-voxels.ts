// edit_voxels: changes to a scene, all of them or none.

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import { DaemonError, type Client } from "../client.ts";
import type { Gateway } from "../gateway.ts";
import { kRenderTimeoutMs } from "../rendering.ts";
import { inputs, outcome, outputs, project } from "../schemas.ts";
import { answer } from "../tool-result.ts";

const kInput = inputs({
  operations: z.array(z.looseObject({ type: z.string() })).optional(),
  undo: z.int().min(1).max(1000).optional(),
  redo: z.int().min(1).max(1000).optional(),
  project,
});

const kOutput = outputs({
  ...outcome,
  operations: z.number().optional(),
  voxels: z.number().optional(),
  undo_steps: z.number().optional(),
});

type Input = z.infer<typeof kInput>;

export function registerEditVoxels(
  server: McpServer,
  { client, jobs }: Gateway,
): void {
  server.registerTool(
    "edit_voxels",
    {
      description:
        "Edit the scene: all operations as one step, or none. Or undo/redo steps. Types: " +
        "add_voxel, remove_voxel, paint_voxel {x, y, z, color}; paint_voxels {voxels, color}; " +
        "flood_fill {x, y, z, color, tolerance}; procedural_shape {shape_type cube|sphere|" +
        "ellipsoid|cylinder|pyramid|line|plane, center_x.., size_x.., color, mode add|subtract|" +
        "paint, hollow, axis, from, to}; create_layer {name}; update_layer {layer_id, name, " +
        "visible, mode, position}; delete_layer, set_active_layer {layer_id}; merge_layers " +
        "{layer_ids}. Integer coordinates, z up; color #rrggbb; layer_id is 1 unless given.",
      inputSchema: kInput,
      outputSchema: kOutput,
      annotations: { destructiveHint: true, openWorldHint: false },
    },
    (input, context) =>
      jobs.run("edit the scene", context, ({ signal }) =>
        edit(client, input, signal),
      ),
  );
}

async function edit(
  client: Client,
  input: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { operations, undo, redo, project } = input;
  requireOne({ operations, undo, redo });
  const done = operations
    ? await doAll(client, operations, project, signal)
    : undo !== undefined
      ? `Undid ${await step(client, "goxel.undo", undo, project, signal)} steps.`
      : `Redid ${await step(client, "goxel.redo", redo ?? 0, project, signal)} steps.`;
  const params = { project_id: project };
  const info = await client.call("goxel.get_project_info", params, { signal });
  return answer({
    text:
      `${done} The scene has ${info.voxels} voxels now; ` +
      `steps to undo: ${info.undo_steps}, to redo: ${info.redo_steps}.`,
    facts: {
      status: "done",
      operations: operations?.length ?? 0,
      voxels: info.voxels,
      undo_steps: info.undo_steps,
      redo_steps: info.redo_steps,
    },
  });
}

async function doAll(
  client: Client,
  operations: object[],
  project: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const params = { project_id: project, operations, atomic: true };
  const options = { signal, timeoutMs: kRenderTimeoutMs };
  await client.call("goxel.batch_operations", params, options);
  return `Did ${operations.length} operations as one step.`;
}

function requireOne(choices: Record<string, unknown>): void {
  const given = Object.keys(choices).filter(
    (name) => choices[name] !== undefined,
  );
  if (given.length === 1) return;
  throw new DaemonError(
    "invalid_argument",
    `given are ${given.join(" and ") || "none of operations, undo and redo"}; expected one`,
  );
}

/** How many steps there were: the last ones may be missing. */
async function step(
  client: Client,
  method: "goxel.undo" | "goxel.redo",
  count: number,
  project: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  for (let done = 0; done < count; done++) {
    try {
      await client.call(method, { project_id: project }, { signal });
    } catch (error) {
      const exhausted =
        error instanceof DaemonError && error.reason === "failed_precondition";
      if (done > 0 && exhausted) return done;
      throw error;
    }
  }
  return count;
}
