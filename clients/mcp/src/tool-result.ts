// What tools answer.

import type {
  CallToolResult,
  ContentBlock,
} from "@modelcontextprotocol/server";

import { DaemonError } from "./daemon-error.ts";

export const kRenderUri = "goxel://renders/";

export interface Answer {
  /** Enough by itself: some hosts drop pictures, some drop the structure. */
  text: string;
  /** Facts and paths; never a picture's bytes. */
  facts: Record<string, unknown>;
  image?: { bytes: Buffer; mimeType: string } | undefined;
  links?: ContentBlock[];
}

export function answer({
  text,
  facts,
  image,
  links = [],
}: Answer): CallToolResult {
  const content: ContentBlock[] = [{ type: "text", text }];
  if (image) {
    content.push({
      type: "image",
      data: image.bytes.toString("base64"),
      mimeType: image.mimeType,
    });
  }
  return { content: [...content, ...links], structuredContent: facts };
}

/** An error as a result, so that the model reads it: what was wrong, what to do. */
export function failure(error: unknown): CallToolResult {
  const { message } = error as Error;
  const text =
    error instanceof DaemonError
      ? `${sentence(message)}\nWhat to do: ${error.advice}${figuresOf(error)}`
      : sentence(message);
  return { content: [{ type: "text", text }], isError: true };
}

/** A file that stays under its path, as a link that a host may read. */
export function renderLink(
  id: string,
  name: string,
  mimeType: string,
): ContentBlock {
  return { type: "resource_link", uri: kRenderUri + id, name, mimeType };
}

export function mimeTypeOf(format: string): string {
  if (format === "jpg") return "image/jpeg";
  if (format === "png" || format === "bmp") return `image/${format}`;
  return "image/x-portable-anymap";
}

function figuresOf(error: DaemonError): string {
  const { reason: _reason, hint: _hint, ...figures } = error.data;
  return Object.keys(figures).length > 0
    ? `\nFigures: ${JSON.stringify(figures)}`
    : "";
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : whole + ".";
}
