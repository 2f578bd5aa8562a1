// Reads the daemon's raw renders: a PAM header of one page, then the pixels.

import { open, type FileHandle } from "node:fs/promises";

import { DaemonError } from "./daemon-error.ts";
import type { Picture } from "./picture.ts";

const kHeaderBytes = 4096;

export interface RawRender {
  picture: Picture;
  /** How the scene was drawn, from the file's own record; {} if not told. */
  settings: Record<string, unknown>;
}

/**
 * The pixels of render `id` and of no other. The daemon may use the file of an
 * evicted render again; before it draws, it wipes the id in the header. So if
 * the id is there after the pixels were read, they are that render's.
 * @throws DaemonError unavailable when the render went while it was read,
 *   permission_denied or not_found when the file cannot be opened
 */
export async function readRawRender(
  path: string,
  id: string,
): Promise<RawRender> {
  const file = await openRender(path);
  try {
    const header = await readHeader(file);
    const { width, height } = requirePicture(header, path);
    // A buffer of its own, so that the pixels can be seen as words.
    const pixels = new Uint8Array(width * height * 4);
    const { bytesRead } = await file.read(
      pixels,
      0,
      pixels.length,
      kHeaderBytes,
    );
    const record = recordOf(await readHeader(file));
    if (bytesRead !== pixels.length || record.get("id") !== id) {
      throw new DaemonError(
        "unavailable",
        `render ${id} was evicted while it was read`,
        {
          advice:
            "Call again; if it repeats, raise the daemon's max_renders or max_cache_size.",
        },
      );
    }
    return { picture: { width, height, pixels }, settings: settingsOf(record) };
  } finally {
    await file.close();
  }
}

async function openRender(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DaemonError(
      code === "EACCES" ? "permission_denied" : "not_found",
      `the render's file ${path} cannot be opened here (${code})`,
      {
        cause: error,
        advice:
          "The daemon's render directory must be readable under the same path " +
          "by this process; where it runs in a container, mount it there.",
      },
    );
  }
}

async function readHeader(file: FileHandle): Promise<string> {
  const bytes = Buffer.alloc(kHeaderBytes);
  const { bytesRead } = await file.read(bytes, 0, kHeaderBytes, 0);
  return bytes.toString("utf8", 0, bytesRead);
}

function requirePicture(
  header: string,
  path: string,
): { width: number; height: number } {
  const width = Number(/^WIDTH (\d+)$/m.exec(header)?.[1] ?? 0);
  const height = Number(/^HEIGHT (\d+)$/m.exec(header)?.[1] ?? 0);
  const type = /^TUPLTYPE (\S+)$/m.exec(header)?.[1];
  if (header.startsWith("P7\n") && type === "RGB_ALPHA" && width * height > 0) {
    return { width, height };
  }
  throw new DaemonError(
    "data_loss",
    `${path} is no picture of this daemon (TUPLTYPE ${type ?? "missing"}; RGB_ALPHA is read)`,
  );
}

/** The record stands in comments, cut where they are full; fields end in tabs. */
function recordOf(header: string): Map<string, string> {
  const text = header
    .split("\n")
    .filter((line) => line.startsWith("# "))
    .map((line) => line.slice(2))
    .join("");
  return new Map(
    text.split("\t").map((field) => {
      const end = field.indexOf("=");
      return [field.slice(0, end), field.slice(end + 1)];
    }),
  );
}

function settingsOf(record: Map<string, string>): Record<string, unknown> {
  try {
    return JSON.parse(record.get("settings") ?? "{}") as Record<
      string,
      unknown
    >;
  } catch {
    return {};
  }
}
