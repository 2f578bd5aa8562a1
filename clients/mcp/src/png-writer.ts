// Makes a PNG of a picture.

import { deflate } from "node:zlib";
import { promisify } from "node:util";

import { crc32 } from "./crc32.ts";
import { isOpaque, type Picture } from "./picture.ts";

export const kPngSignature = Buffer.from("89504e470d0a1a0a", "hex");
const kNoFilter = 0;

/** 8 bits a channel; without alpha where every pixel is opaque. */
export async function encodePng(picture: Picture): Promise<Buffer> {
  const channels = isOpaque(picture) ? 3 : 4;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header[8] = 8;
  header[9] = channels === 3 ? 2 : 6;
  const rows = plainRows(picture, channels);
  const compressed = await promisify(deflate)(rows, { level: 4 });
  return Buffer.concat([
    kPngSignature,
    chunk("IHDR", header),
    chunk("IDAT", compressed),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Unfiltered: voxel faces are of one colour, which deflate finds by itself. */
function plainRows(
  { width, height, pixels }: Picture,
  channels: number,
): Buffer {
  const rows = Buffer.allocUnsafe(height * (1 + width * channels));
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    rows[to++] = kNoFilter;
    for (const end = from + width * 4; from < end; from += 4) {
      rows[to++] = pixels[from]!;
      rows[to++] = pixels[from + 1]!;
      rows[to++] = pixels[from + 2]!;
      if (channels === 4) rows[to++] = pixels[from + 3]!;
    }
  }
  return rows;
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const framed = Buffer.allocUnsafe(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
