// What a render looked like, in words: enough for a model without eyes.

import type { Layer } from "./client.ts";
import type { PictureFacts } from "./picture-facts.ts";
import type { Rendered } from "./rendering.ts";

export interface Delivery {
  inline?: { width: number; height: number } | undefined;
  savedTo?: string | undefined;
}

export function describeRender(
  rendered: Rendered,
  layers: Layer[],
  delivery: Delivery,
): string {
  const { picture, file, degraded, facts } = rendered;
  const size = `${picture.width} x ${picture.height}`;
  const where = file
    ? `File: ${file.path} (${file.format}, ${file.size} bytes, until ${when(file.expires_at)}).`
    : `There is no file: ${degraded?.message ?? "the daemon made none"}.`;
  return [
    `Rendered ${size} pixels${rendered.cached ? ", as rendered before" : ""}.`,
    where,
    ...(delivery.savedTo ? [`Copy: ${delivery.savedTo}`] : []),
    describeFacts(facts),
    describeCamera(rendered.camera),
    describeLayers(layers),
    ...describeInline(size, delivery.inline),
  ].join("\n");
}

export function describeFacts(facts: PictureFacts): string {
  if (!facts.bounds)
    return "The picture is blank: it shows nothing but background.";
  const [left, top, right, bottom] = facts.bounds;
  const colors = facts.colors.map(
    ({ color, share }) => `${color} ${percent(share)}`,
  );
  const cut =
    facts.touches.length > 0
      ? ` It touches the ${facts.touches.join(", ")} edge, where it may be cut off.`
      : "";
  return (
    `The scene covers ${percent(facts.coverage)} of the picture, ` +
    `x ${left} to ${right}, y ${top} to ${bottom} from the top left.${cut}\n` +
    `Colours: ${colors.join(", ")}.`
  );
}

export function describeCamera(camera: Record<string, unknown>): string {
  const shown = Object.entries(camera)
    .filter(([name]) => name !== "matrix" && name !== "world_to_camera")
    .map(([name, value]) => `${name} ${JSON.stringify(value, shortNumbers)}`);
  return `Camera: ${shown.join(", ")}.`;
}

function describeLayers(layers: Layer[]): string {
  const named = (visible: boolean) =>
    layers.filter((layer) => layer.visible === visible).map(({ name }) => name);
  const hidden = named(false);
  return (
    `Visible layers: ${named(true).join(", ") || "none"}.` +
    (hidden.length > 0 ? ` Hidden: ${hidden.join(", ")}.` : "")
  );
}

function describeInline(size: string, inline: Delivery["inline"]): string[] {
  if (!inline) return [];
  const delivered = `${inline.width} x ${inline.height}`;
  return delivered === size
    ? ["The inline picture is the whole render."]
    : [
        `The inline picture is reduced from ${size} to ${delivered} pixels; the file is not.`,
      ];
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 0.1 ? value.toFixed(4) : value.toFixed(1)} %`;
}

function when(unixSeconds: number): string {
  return unixSeconds === 0
    ? "it is removed"
    : new Date(unixSeconds * 1000).toISOString();
}

function shortNumbers(_name: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value;
}
