// Pieces that the tools' schemas share. Every word of them is sent to every
// model: they stay short, and the daemon checks what they leave open.

import type { StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

export const project = z
  .string()
  .optional()
  .describe("Project id; without it, the one all clients share");

const point = z.array(z.number()).length(3);

/** Pixels; the daemon's own limits may be lower. */
export const side = z.int().min(1).max(16384);

export const preset = z
  .string()
  .optional()
  .describe("front, back, left, right, top, bottom, isometric, ...");

export const camera = z
  .looseObject({
    azimuth: z.number().optional(),
    elevation: z.number().optional(),
    distance: z.number().optional(),
    target: point.optional(),
    fov: z.number().optional(),
    ortho: z.boolean().optional(),
  })
  .optional()
  .describe(
    "Degrees, voxels; z is up. Without distance the whole scene is framed. " +
      "Also eye, roll, margin, ortho_height, matrix",
  );

export const look = z
  .looseObject({
    style: z.enum(["default", "goxel", "flat", "clay"]).optional(),
    background_color: z.array(z.number()).optional(),
    transparent: z.boolean().optional(),
    shadows: z.enum(["off", "fast", "smooth"]).optional(),
    ambient_occlusion: z.boolean().optional(),
    outline: z
      .union([z.boolean(), z.looseObject({})])
      .optional()
      .describe("Or {width, color}"),
    samples: z.literal([1, 4, 9]).optional(),
  })
  .optional()
  .describe(
    "Colours are [r, g, b]. Also background_bottom, ground, light {azimuth, elevation, ...}",
  );

export const response = z
  .enum(["both", "image", "path"])
  .default("both")
  .describe("Inline preview, path, or both");

/** Of tools whose work may outlast the call. */
export const outcome = {
  status: z.enum(["done", "running"]),
  job: z.string().optional(),
};

export const inlineSize = z
  .object({ width: z.number(), height: z.number() })
  .optional();

/** A tool's arguments; unknown names are refused, so that a slip is told. */
export function inputs<T extends z.ZodRawShape>(shape: T) {
  return compact(z.strictObject(shape));
}

/** A tool's facts; more may come than are described. */
export function outputs<T extends z.ZodRawShape>(shape: T) {
  return compact(z.looseObject(shape));
}

/**
 * The schema, told in fewer words: what is the default of JSON Schema, the
 * dialect included, is left out. What it accepts is the same.
 */
function compact<T extends StandardSchemaWithJSON>(schema: T): T {
  const standard = schema["~standard"];
  const { input, output } = standard.jsonSchema;
  const jsonSchema = {
    input: (options: Parameters<typeof input>[0]) =>
      withoutDefaults(input(options)),
    output: (options: Parameters<typeof output>[0]) =>
      withoutDefaults(output(options)),
  };
  return { "~standard": { ...standard, jsonSchema } } as T;
}

function withoutDefaults(
  schema: Record<string, unknown>,
): Record<string, unknown> {
  const told = JSON.stringify(schema, (name, value: unknown) => {
    if (name === "$schema" || value === Number.MAX_SAFE_INTEGER)
      return undefined;
    const open =
      name === "additionalProperties" && JSON.stringify(value) === "{}";
    return open ? undefined : value;
  });
  return JSON.parse(told) as Record<string, unknown>;
}
