// In which pixels two pictures differ.

import { DaemonError } from "./daemon-error.ts";
import { asWords, blankPicture, type Picture } from "./picture.ts";

export interface Difference {
  /** Pixels of which a channel differs by more than the tolerance. */
  pixels: number;
  /** Of all pixels, 0 to 1. */
  share: number;
  /** The largest difference of a channel, 0 to 255, tolerated ones too. */
  max: number;
  /** Left, top, right, bottom, all within; null when nothing differs. */
  bounds: [number, number, number, number] | null;
  /** The first picture, faint and grey, with what differs in red. */
  picture: Picture;
}

/**
 * @param tolerance of a channel, 0 to 255
 * @throws DaemonError invalid_argument when the sizes differ
 */
export function differenceOf(
  first: Picture,
  second: Picture,
  tolerance: number,
): Difference {
  requireSameSize(first, second);
  const { width, height } = first;
  const [a, b] = [asWords(first), asWords(second)];
  const picture = blankPicture(width, height);
  const shown = asWords(picture);
  const bounds: [number, number, number, number] = [width, height, -1, -1];
  let pixels = 0;
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const step = a[i] === b[i] ? 0 : channelDifference(a[i]!, b[i]!);
    max = Math.max(max, step);
    if (step <= tolerance) {
      shown[i] = faint(a[i]!);
      continue;
    }
    pixels++;
    shown[i] = kMarked;
    include(bounds, i % width, Math.floor(i / width));
  }
  const share = pixels / a.length;
  return { pixels, share, max, bounds: pixels ? bounds : null, picture };
}

const kMarked = 0xff0000ff;

function requireSameSize(first: Picture, second: Picture): void {
  if (first.width === second.width && first.height === second.height) return;
  throw new DaemonError(
    "invalid_argument",
    `the pictures are of ${first.width} x ${first.height} and ` +
      `${second.width} x ${second.height} pixels; only equal sizes can be compared`,
    { advice: "Render both at the same width and height." },
  );
}

/** What is transparent in both has no colour that could differ. */
function channelDifference(a: number, b: number): number {
  if (a >>> 24 === 0 && b >>> 24 === 0) return 0;
  let largest = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    largest = Math.max(
      largest,
      Math.abs(((a >>> shift) & 0xff) - ((b >>> shift) & 0xff)),
    );
  }
  return largest;
}

function faint(word: number): number {
  const gray =
    ((word & 0xff) + ((word >>> 8) & 0xff) + ((word >>> 16) & 0xff)) / 3;
  const light = 0xff - ((0xff - gray) >> 2);
  return (0xff000000 | (light << 16) | (light << 8) | light) >>> 0;
}

function include(
  bounds: [number, number, number, number],
  x: number,
  y: number,
): void {
  bounds[0] = Math.min(bounds[0], x);
  bounds[1] = Math.min(bounds[1], y);
  bounds[2] = Math.max(bounds[2], x);
  bounds[3] = Math.max(bounds[3], y);
}
