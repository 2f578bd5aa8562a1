// Small versions of pictures, for what a host shows inline.

import { asWords, blankPicture, type Picture } from "./picture.ts";
import { encodePng } from "./png-writer.ts";

/** Hosts cap a whole result at 1 MB; base64 makes 4 bytes of 3. */
export const kMaxInlineBytes = 640 * 1024;
/** The longest side that is worth its tokens. */
export const kMaxPreviewSide = 768;

export interface Preview {
  png: Buffer;
  width: number;
  height: number;
}

/** A PNG of at most `maxSide` pixels and kMaxInlineBytes; smaller if need be. */
export async function makePreview(
  picture: Picture,
  maxSide: number,
): Promise<Preview> {
  for (let side = maxSide; ; side = side >> 1) {
    const scaled = reduce(picture, side);
    const png = await encodePng(scaled);
    if (png.length <= kMaxInlineBytes || side <= 64) {
      return { png, width: scaled.width, height: scaled.height };
    }
  }
}

/** The picture, with its long side `maxSide` at most; never enlarged. */
export function reduce(picture: Picture, maxSide: number): Picture {
  const factor = maxSide / Math.max(picture.width, picture.height);
  if (factor >= 1) return picture;
  const reduced = blankPicture(
    Math.max(1, Math.round(picture.width * factor)),
    Math.max(1, Math.round(picture.height * factor)),
  );
  const columns = edges(picture.width, reduced.width);
  const rows = edges(picture.height, reduced.height);
  const from = asWords(picture);
  const into = asWords(reduced);
  for (let y = 0, to = 0; y < reduced.height; y++) {
    for (let x = 0; x < reduced.width; x++, to++) {
      const box = {
        first: rows[y]! * picture.width + columns[x]!,
        columns: columns[x + 1]! - columns[x]!,
        rows: rows[y + 1]! - rows[y]!,
        width: picture.width,
      };
      into[to] = opaqueMean(from, box) ?? weightedMean(from, box);
    }
  }
  return reduced;
}

/** Where each of `count` equal parts of `length` begins, and where all end. */
function edges(length: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count + 1 }, (_, i) =>
    Math.round((i * length) / count),
  );
}

/** A box of pixels in a picture that is `width` pixels wide. */
interface Box {
  first: number;
  columns: number;
  rows: number;
  width: number;
}

/** Of so many bytes the sum stays within 15 bits. */
const kMaxLaneSums = 128;

/**
 * The mean colour of a box without transparency, else undefined. Two channels
 * are added at a time, in the lower and the upper half of one number: most
 * pictures are opaque, and this is where most of a preview's time goes.
 */
function opaqueMean(words: Uint32Array, box: Box): number | undefined {
  const count = box.columns * box.rows;
  if (count > kMaxLaneSums) return undefined;
  let redBlue = 0;
  let greenAlpha = 0;
  for (
    let row = 0, start = box.first;
    row < box.rows;
    row++, start += box.width
  ) {
    for (let at = start, end = start + box.columns; at < end; at++) {
      const word = words[at]!;
      redBlue += word & 0xff00ff;
      greenAlpha += (word >>> 8) & 0xff00ff;
    }
  }
  if (greenAlpha >>> 16 !== count * 0xff) return undefined;
  const red = Math.round((redBlue & 0xffff) / count);
  const green = Math.round((greenAlpha & 0xffff) / count);
  const blue = Math.round((redBlue >>> 16) / count);
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Colours weighted by alpha: what is transparent has none. */
function weightedMean(words: Uint32Array, box: Box): number {
  let red = 0;
  let green = 0;
  let blue = 0;
  let alpha = 0;
  for (
    let row = 0, start = box.first;
    row < box.rows;
    row++, start += box.width
  ) {
    for (let at = start, end = start + box.columns; at < end; at++) {
      const word = words[at]!;
      const weight = word >>> 24;
      red += (word & 0xff) * weight;
      green += ((word >>> 8) & 0xff) * weight;
      blue += ((word >>> 16) & 0xff) * weight;
      alpha += weight;
    }
  }
  if (alpha === 0) return 0;
  const mean = Math.round(alpha / (box.columns * box.rows)) << 24;
  const color =
    Math.round(red / alpha) |
    (Math.round(green / alpha) << 8) |
    (Math.round(blue / alpha) << 16);
  return (mean | color) >>> 0;
}
