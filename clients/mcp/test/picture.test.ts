import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { crc32 } from "../src/crc32.ts";
import { DaemonError } from "../src/daemon-error.ts";
import { differenceOf } from "../src/difference.ts";
import { backgroundOf, factsOf } from "../src/picture-facts.ts";
import { asWords, blankPicture, type Picture } from "../src/picture.ts";
import { decodePng } from "../src/png-reader.ts";
import { encodePng, kPngSignature } from "../src/png-writer.ts";
import { kMaxInlineBytes, makePreview, reduce } from "../src/preview.ts";

const kGray = { background_color: [240, 240, 240, 255] };

test("a PNG holds the picture it was made of", async () => {
  for (const alpha of [255, undefined]) {
    const picture = noise(37, 23, alpha);
    const decoded = await decodePng(await encodePng(picture), "test");
    assert.deepEqual(decoded, picture);
  }
});

test("chunks are checked by the CRC that PNG readers know", () => {
  assert.equal(crc32(Buffer.from("123456789")), 0xcbf43926);
  assert.equal(crc32(Buffer.from("IEND")), 0xae426082);
  assert.equal(crc32(Buffer.alloc(0)), 0);
});

test("PNGs of every filter and colour type are read", async () => {
  const pixels: Record<number, number[][]> = {
    0: [[10], [200]],
    2: [
      [1, 2, 3],
      [250, 128, 7],
    ],
    3: [[1], [0]],
    4: [
      [10, 99],
      [200, 255],
    ],
    6: [
      [1, 2, 3, 4],
      [250, 128, 7, 0],
    ],
  };
  const expected: Record<number, number[]> = {
    0: [10, 10, 10, 255, 200, 200, 200, 255],
    2: [1, 2, 3, 255, 250, 128, 7, 255],
    3: [40, 50, 60, 128, 10, 20, 30, 255],
    4: [10, 10, 10, 99, 200, 200, 200, 255],
    6: [1, 2, 3, 4, 250, 128, 7, 0],
  };
  for (const [type, row] of Object.entries(pixels)) {
    for (let filter = 0; filter <= 4; filter++) {
      const png = pngOfRows(Number(type), row, filter);
      const { pixels: decoded } = await decodePng(png, "test");
      const both = [...expected[Number(type)]!, ...expected[Number(type)]!];
      assert.deepEqual([...decoded], both, `type ${type}, filter ${filter}`);
    }
  }
});

test("damaged and unknown PNGs are refused by name", async () => {
  const png = await encodePng(noise(20, 20));
  const half = png.subarray(0, png.length / 2);
  await assert.rejects(
    decodePng(half, "half.png"),
    isError("data_loss", "half.png"),
  );
  await assert.rejects(
    decodePng(Buffer.from("P7\n"), "a.pam"),
    isError("invalid_argument", "a.pam"),
  );
  const deep = Buffer.from(png);
  deep[24] = 16;
  await assert.rejects(
    decodePng(deep, "deep.png"),
    isError("invalid_argument", "16 bits"),
  );
  const huge = Buffer.from(png);
  huge.writeUInt32BE(1 << 30, 16);
  await assert.rejects(
    decodePng(huge, "huge.png"),
    isError("too_large", "1073741824"),
  );
});

test("facts tell extent, coverage and colours of what differs from the background", () => {
  const picture = filled(100, 50, [240, 240, 240, 255]);
  box(picture, 10, 5, 20, 10, [255, 0, 0, 255]);
  box(picture, 10, 15, 10, 5, [0, 0, 255, 255]);
  const facts = factsOf(picture, backgroundOf(picture, kGray));
  assert.deepEqual(facts, {
    coverage: 0.05,
    blank: false,
    bounds: [10, 5, 29, 19],
    touches: [],
    colors: [
      { color: "#ff0000", share: 0.8 },
      { color: "#0000ff", share: 0.2 },
    ],
  });
});

test("the background alone is blank, transparent or not", () => {
  const gray = filled(8, 8, [240, 240, 240, 255]);
  assert.equal(factsOf(gray, backgroundOf(gray, kGray)).blank, true);
  const clear = blankPicture(8, 8);
  assert.equal(
    factsOf(clear, backgroundOf(clear, { transparent: true })).blank,
    true,
  );
  clear.pixels[3] = 1;
  assert.deepEqual(
    factsOf(clear, backgroundOf(clear, { transparent: true })).bounds,
    [0, 0, 0, 0],
  );
});

test("a gradient is background, row by row", () => {
  const picture = blankPicture(40, 40);
  for (let y = 0; y < 40; y++) box(picture, 0, y, 40, 1, [y, y, y, 255]);
  box(picture, 0, 10, 20, 5, [255, 0, 0, 255]);
  const settings = { ...kGray, background_bottom: [0, 0, 0, 255] };
  // The box reaches the left edge, so those rows go by the one above them.
  const facts = factsOf(picture, backgroundOf(picture, settings));
  assert.deepEqual(facts.bounds, [0, 10, 39, 14]);
});

test("what reaches an edge is told", () => {
  const picture = filled(10, 10, [240, 240, 240, 255]);
  box(picture, 0, 4, 3, 6, [0, 0, 0, 255]);
  assert.deepEqual(factsOf(picture, backgroundOf(picture, kGray)).touches, [
    "left",
    "bottom",
  ]);
});

test("a reduced picture keeps colours and shape, and is never enlarged", () => {
  const picture = filled(400, 100, [10, 20, 30, 255]);
  const reduced = reduce(picture, 100);
  assert.deepEqual([reduced.width, reduced.height], [100, 25]);
  assert.deepEqual(reduced, filled(100, 25, [10, 20, 30, 255]));
  assert.equal(reduce(picture, 400), picture);
  const far = reduce(filled(1700, 1700, [10, 20, 255, 255]), 50);
  assert.deepEqual(far, filled(50, 50, [10, 20, 255, 255]));
  assert.equal(reduce(filled(2000, 1, [0, 0, 0, 255]), 100).height, 1);
});

test("what is transparent lends its colour to nobody", () => {
  const picture = blankPicture(2, 1);
  picture.pixels.set([200, 100, 50, 255, 0, 0, 0, 0]);
  assert.deepEqual([...reduce(picture, 1).pixels], [200, 100, 50, 128]);
});

test("a preview fits, however noisy the picture is", async () => {
  const preview = await makePreview(noise(1024, 1024), 768);
  assert.ok(
    preview.png.length <= kMaxInlineBytes,
    `${preview.png.length} bytes`,
  );
  assert.equal(preview.width, 384);
});

test("differences are counted, bounded and shown", () => {
  const first = filled(20, 10, [100, 100, 100, 255]);
  const second = filled(20, 10, [100, 100, 100, 255]);
  box(second, 3, 2, 2, 2, [100, 110, 100, 255]);
  box(second, 9, 9, 1, 1, [100, 100, 103, 255]);
  const all = differenceOf(first, second, 0);
  assert.deepEqual([all.pixels, all.max, all.bounds], [5, 10, [3, 2, 9, 9]]);
  const large = differenceOf(first, second, 5);
  assert.deepEqual(
    [large.pixels, large.max, large.bounds],
    [4, 10, [3, 2, 4, 3]],
  );
  assert.equal(asWords(large.picture)[2 * 20 + 3], 0xff0000ff);
  const none = differenceOf(first, first, 0);
  assert.deepEqual([none.pixels, none.max, none.bounds], [0, 0, null]);
});

test("pictures of different sizes are not compared", () => {
  const call = () => differenceOf(blankPicture(4, 4), blankPicture(4, 5), 0);
  assert.throws(call, isError("invalid_argument", "4 x 4 and 4 x 5"));
});

function filled(width: number, height: number, color: number[]): Picture {
  const picture = blankPicture(width, height);
  box(picture, 0, 0, width, height, color);
  return picture;
}

function box(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
  color: number[],
): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      picture.pixels.set(color, (y * picture.width + x) * 4);
    }
  }
}

function noise(width: number, height: number, alpha?: number): Picture {
  const picture = blankPicture(width, height);
  let state = 1;
  for (let i = 0; i < picture.pixels.length; i++) {
    state = (state * 1103515245 + 12345) % 0x80000000;
    const fixed = alpha !== undefined && i % 4 === 3;
    picture.pixels[i] = fixed ? alpha : state >> 16;
  }
  return picture;
}

/** Two equal rows of two pixels, both by one filter, as an encoder makes them. */
function pngOfRows(type: number, row: number[][], filter: number): Buffer {
  const plain = row.flat();
  const channels = row[0]!.length;
  const rows = [0, 1].flatMap((y) => [
    filter,
    ...plain.map((value, i) => {
      const left = i >= channels ? plain[i - channels]! : 0;
      const up = y > 0 ? value : 0;
      const corner = y > 0 && i >= channels ? plain[i - channels]! : 0;
      return (value - guess(filter, left, up, corner)) & 0xff;
    }),
  ]);
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, type, 0, 0, 0]);
  return Buffer.concat([
    kPngSignature,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from([10, 20, 30, 40, 50, 60])),
    chunk("tRNS", Buffer.from([255, 128])),
    chunk("IDAT", deflateSync(Buffer.from(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** By the definition of the PNG standard, section 9.2. */
function guess(filter: number, a: number, b: number, c: number): number {
  const nearest = [a, b, c].reduce((best, each) =>
    Math.abs(a + b - c - each) < Math.abs(a + b - c - best) ? each : best,
  );
  return [0, a, b, Math.floor((a + b) / 2), nearest][filter]!;
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

function isError(reason: string, words: string) {
  return (error: unknown) =>
    error instanceof DaemonError &&
    error.reason === reason &&
    error.message.includes(words);
}
