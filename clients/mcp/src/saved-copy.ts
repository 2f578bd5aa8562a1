// Files that are written for the agent, where it asked for them.

import { rename, rm, writeFile } from "node:fs/promises";
import { extname, resolve } from "node:path";

import { DaemonError } from "./daemon-error.ts";

const kFormats: Record<string, string> = {
  ".png": "png",
  ".jpg": "jpg",
  ".jpeg": "jpg",
  ".bmp": "bmp",
  ".ppm": "ppm",
  ".pam": "pam",
};

/**
 * The format that a file's name stands for.
 * @throws DaemonError invalid_argument
 */
export function formatOfPath(path: string): string {
  const format = kFormats[extname(path).toLowerCase()];
  if (format) return format;
  throw new DaemonError(
    "invalid_argument",
    `save_to is "${path}"; expected a name that ends in ${Object.keys(kFormats).join(", ")}`,
  );
}

/**
 * Writes a file whole or not at all, and returns its absolute path.
 * @throws DaemonError storage_failed
 */
export async function saveCopy(bytes: Buffer, path: string): Promise<string> {
  const target = resolve(path);
  const staged = `${target}.${process.pid}.part`;
  try {
    await writeFile(staged, bytes);
    await rename(staged, target);
  } catch (error) {
    await rm(staged, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new DaemonError(
      "storage_failed",
      `cannot write ${target} (${code})`,
      {
        cause: error,
        advice:
          "Give a save_to in a directory that exists and that this user may write.",
      },
    );
  }
  return target;
}
