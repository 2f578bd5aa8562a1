// export_model: the scene as a file.

import { resolve } from "node:path";
import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";

import type { Client } from "../client.ts";
import type { Gateway } from "../gateway.ts";
import { kRenderTimeoutMs } from "../rendering.ts";
import { inputs, outcome, outputs, project } from "../schemas.ts";
import { answer } from "../tool-result.ts";

const kInput = inputs({
  path: z.string(),
  format: z.string().optional().describe("Where path has another ending"),
  project,
});

const kOutput = outputs({
  ...outcome,
  files: z.array(z.object({ path: z.string(), size: z.number() })).optional(),
  warnings: z.array(z.string()).optional(),
});

type Input = z.infer<typeof kInput>;

export function registerExportModel(
  server: McpServer,
  { client, jobs }: Gateway,
): void {
  server.registerTool(
    "export_model",
    {
      description:
        "Write the scene to a file: .gox keeps everything; .vox .qb .txt .ply .obj .gltf .pov " +
        "are for other programs.",
      inputSchema: kInput,
      outputSchema: kOutput,
      annotations: {
        destructiveHint: true,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    (input, context) =>
      jobs.run(`export ${input.path}`, context, ({ signal }) =>
        exportModel(client, input, signal),
      ),
  );
}

async function exportModel(
  client: Client,
  { path, format, project }: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { files, warnings } = await client.call(
    "goxel.export_model",
    // The daemon has another working directory.
    { project_id: project, path: resolve(path), format },
    { signal, timeoutMs: kRenderTimeoutMs },
  );
  return answer({
    text: [
      ...files.map((file) => `Wrote ${file.path} (${file.size} bytes).`),
      ...warnings.map((warning) => `Warning: ${warning}`),
    ].join("\n"),
    facts: { status: "done", files, warnings },
  });
}
