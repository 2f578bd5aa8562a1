// Reads the PNGs that programs write: 8 bits a channel, not interlaced.

import { promisify } from "node:util";
import { inflate } from "node:zlib";

import { DaemonError } from "./daemon-error.ts";
import { blankPicture, type Picture } from "./picture.ts";
import { kPngSignature } from "./png-writer.ts";

/** Pixels that a file may have, so that a small one cannot fill the memory. */
const kMaxPixels = 1 << 27;

const kChannels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface Parts {
  width: number;
  height: number;
  colorType: number;
  compressed: Buffer;
  palette: Buffer;
  paletteAlpha: Buffer;
}

/**
 * @param name of the file, for messages
 * @throws DaemonError data_loss, invalid_argument
 */
export async function decodePng(bytes: Buffer, name: string): Promise<Picture> {
  const parts = readChunks(bytes, name);
  const channels = kChannels[parts.colorType]!;
  const stride = parts.width * channels;
  const size = parts.height * (stride + 1);
  let rows: Buffer;
  try {
    rows = await promisify(inflate)(parts.compressed, {
      maxOutputLength: size,
    });
  } catch (error) {
    throw damaged(name, (error as Error).message);
  }
  if (rows.length !== size) throw damaged(name, "it has too few pixels");
  unfilter(rows, parts.height, stride, channels, name);
  return expand(rows, parts, channels);
}

function readChunks(bytes: Buffer, name: string): Parts {
  if (!bytes.subarray(0, 8).equals(kPngSignature)) {
    throw new DaemonError("invalid_argument", `${name} is no PNG file`);
  }
  const found = new Map<string, Buffer[]>();
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    found.set(type, [
      ...(found.get(type) ?? []),
      bytes.subarray(at + 8, at + 8 + length),
    ]);
    at += length + 12;
  }
  const header = found.get("IHDR")?.[0];
  if (!header || header.length !== 13) throw damaged(name, "it has no header");
  requireKnownForm(header, name);
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    colorType: header[9]!,
    compressed: Buffer.concat(found.get("IDAT") ?? []),
    palette: found.get("PLTE")?.[0] ?? Buffer.alloc(0),
    paletteAlpha: found.get("tRNS")?.[0] ?? Buffer.alloc(0),
  };
}

function requireKnownForm(header: Buffer, name: string): void {
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const [depth, colorType, , , interlace] = header.subarray(8);
  if (width * height === 0 || width * height > kMaxPixels) {
    throw new DaemonError(
      "too_large",
      `${name} is of ${width} x ${height} pixels; at most ${kMaxPixels} are read`,
    );
  }
  if (depth !== 8 || !(colorType! in kChannels) || interlace !== 0) {
    throw new DaemonError(
      "invalid_argument",
      `${name} is a PNG of ${depth} bits a channel, colour type ${colorType}, ` +
        `interlace ${interlace}; only 8 bits without interlace are read`,
      { advice: "Save it as a plain 8-bit PNG." },
    );
  }
}

/** In place: the byte before each row, its filter, stays where it is. */
function unfilter(
  rows: Buffer,
  height: number,
  stride: number,
  channels: number,
  name: string,
): void {
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1) + 1;
    const above = y === 0 ? -1 : start - stride - 1;
    const filter = rows[start - 1]!;
    if (filter > 4) throw damaged(name, `row ${y} has the filter ${filter}`);
    if (filter === 0) continue;
    for (let i = 0; i < stride; i++) {
      const left = i >= channels ? rows[start + i - channels]! : 0;
      const up = above >= 0 ? rows[above + i]! : 0;
      const corner =
        above >= 0 && i >= channels ? rows[above + i - channels]! : 0;
      rows[start + i]! += predicted(filter, left, up, corner);
    }
  }
}

function predicted(
  filter: number,
  left: number,
  up: number,
  corner: number,
): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function expand(rows: Buffer, parts: Parts, channels: number): Picture {
  const picture = blankPicture(parts.width, parts.height);
  const { pixels } = picture;
  let from = 0;
  for (let y = 0, to = 0; y < parts.height; y++) {
    from++;
    for (let x = 0; x < parts.width; x++, from += channels, to += 4) {
      setPixel(pixels, to, rows, from, parts);
    }
  }
  return picture;
}

function setPixel(
  pixels: Uint8Array,
  to: number,
  rows: Buffer,
  from: number,
  parts: Parts,
): void {
  const first = rows[from]!;
  if (parts.colorType === 3) {
    pixels[to] = parts.palette[first * 3] ?? 0;
    pixels[to + 1] = parts.palette[first * 3 + 1] ?? 0;
    pixels[to + 2] = parts.palette[first * 3 + 2] ?? 0;
    pixels[to + 3] = parts.paletteAlpha[first] ?? 0xff;
    return;
  }
  const gray = parts.colorType === 0 || parts.colorType === 4;
  pixels[to] = first;
  pixels[to + 1] = gray ? first : rows[from + 1]!;
  pixels[to + 2] = gray ? first : rows[from + 2]!;
  pixels[to + 3] =
    parts.colorType === 6
      ? rows[from + 3]!
      : parts.colorType === 4
        ? rows[from + 1]!
        : 0xff;
}

function damaged(name: string, what: string): DaemonError {
  return new DaemonError("data_loss", `${name} is a damaged PNG: ${what}`);
}
