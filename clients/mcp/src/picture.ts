// Pixels in memory.

/**
 * RGBA, 8 bits each, sRGB, straight alpha; top row first, rows without gaps.
 * `pixels` starts on a multiple of 4 bytes.
 */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** A picture of transparent black. */
export function blankPicture(width: number, height: number): Picture {
  return { width, height, pixels: new Uint8Array(width * height * 4) };
}

/** The same pixels, each as one number: alpha in the highest 8 bits, red in the lowest. */
export function asWords(picture: Picture): Uint32Array {
  const { buffer, byteOffset, byteLength } = picture.pixels;
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

export function isOpaque(picture: Picture): boolean {
  const { pixels } = picture;
  for (let at = 3; at < pixels.length; at += 4) {
    if (pixels[at] !== 0xff) return false;
  }
  return true;
}
