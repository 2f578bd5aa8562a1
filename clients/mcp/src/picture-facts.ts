// What a picture shows, in figures: for models that do not see it.

import { asWords, type Picture } from "./picture.ts";

export interface ColorShare {
  /** #rrggbb, the mean of similar colours. */
  color: string;
  /** Of the pixels that show the scene, 0 to 1. */
  share: number;
}

export interface PictureFacts {
  /** Share of pixels that differ from the background, 0 to 1. */
  coverage: number;
  /** Nothing but background. */
  blank: boolean;
  /** The pixels that differ: left, top, right, bottom, all within; null if blank. */
  bounds: [number, number, number, number] | null;
  /** Sides of the picture that the scene touches, where it may be cut off. */
  touches: string[];
  colors: ColorShare[];
}

/** A colour per row as a word (picture.ts), or null: what is transparent. */
export type Background = Uint32Array | null;

/**
 * What lies behind the scene, by the settings that the render was drawn with.
 * A gradient, and settings that are not told, are read off the picture's
 * edges: there, a row that starts and ends alike shows the background.
 */
export function backgroundOf(
  picture: Picture,
  settings: Record<string, unknown>,
): Background {
  const color = settings["background_color"];
  if (settings["transparent"] === true || color === "none") return null;
  if (Array.isArray(color) && settings["background_bottom"] === undefined) {
    const [red, green, blue, alpha = 255] = color as number[];
    if (alpha === 0) return null;
    const word = ((alpha << 24) | (blue! << 16) | (green! << 8) | red!) >>> 0;
    return new Uint32Array(picture.height).fill(word);
  }
  return edgeColors(picture);
}

function edgeColors(picture: Picture): Uint32Array {
  const words = asWords(picture);
  const rows = new Uint32Array(picture.height);
  for (let y = 0; y < picture.height; y++) {
    const first = words[y * picture.width]!;
    const last = words[(y + 1) * picture.width - 1]!;
    rows[y] = first === last || y === 0 ? first : rows[y - 1]!;
  }
  return rows;
}

export function factsOf(
  picture: Picture,
  background: Background,
): PictureFacts {
  const { width, height } = picture;
  const words = asWords(picture);
  const tally = new ColorTally();
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    const behind = background ? background[y]! : 0;
    const shown = (word: number) =>
      background ? word !== behind : word >>> 24 !== 0;
    const end = (y + 1) * width;
    // Voxel faces are of one colour, so most pixels equal their neighbour.
    for (let from = y * width, to = from; from < end; from = to) {
      const word = words[from]!;
      while (to < end && words[to] === word) to++;
      if (!shown(word)) continue;
      tally.add(word, to - from);
      left = Math.min(left, from - y * width);
      right = Math.max(right, to - 1 - y * width);
      if (top < 0) top = y;
      bottom = y;
    }
  }
  const blank = tally.total === 0;
  return {
    coverage: tally.total / (width * height),
    blank,
    bounds: blank ? null : [left, top, right, bottom],
    touches: blank ? [] : touchedSides(picture, left, top, right, bottom),
    colors: tally.top(5),
  };
}

function touchedSides(
  picture: Picture,
  left: number,
  top: number,
  right: number,
  bottom: number,
): string[] {
  const sides: [string, boolean][] = [
    ["left", left === 0],
    ["top", top === 0],
    ["right", right === picture.width - 1],
    ["bottom", bottom === picture.height - 1],
  ];
  return sides.filter(([, touched]) => touched).map(([side]) => side);
}

/** Colours whose channels agree in their upper 3 bits count as one. */
class ColorTally {
  total = 0;
  private readonly counts = new Float64Array(512);
  private readonly sums = new Float64Array(512 * 3);

  add(word: number, pixels: number): void {
    const red = word & 0xff;
    const green = (word >>> 8) & 0xff;
    const blue = (word >>> 16) & 0xff;
    const bin = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5);
    this.total += pixels;
    this.counts[bin]! += pixels;
    this.sums[bin * 3]! += red * pixels;
    this.sums[bin * 3 + 1]! += green * pixels;
    this.sums[bin * 3 + 2]! += blue * pixels;
  }

  top(count: number): ColorShare[] {
    return [...this.counts.keys()]
      .filter((bin) => this.counts[bin]! > 0)
      .sort((a, b) => this.counts[b]! - this.counts[a]!)
      .slice(0, count)
      .map((bin) => ({
        color:
          "#" + [0, 1, 2].map((channel) => this.mean(bin, channel)).join(""),
        share: round(this.counts[bin]! / this.total),
      }));
  }

  private mean(bin: number, channel: number): string {
    const value = Math.round(this.sums[bin * 3 + channel]! / this.counts[bin]!);
    return value.toString(16).padStart(2, "0");
  }
}

/** Four digits behind the point: enough for shares, short for readers. */
export function round(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
