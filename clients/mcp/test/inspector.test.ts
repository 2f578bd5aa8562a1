// The Inspector's command line as a judge that is not this project's.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { kServer } from "./support/mcp-session.ts";
import { RealDaemon } from "./support/real-daemon.ts";

const kInspector = "node_modules/.bin/mcp-inspector-cli";

async function inspect(
  socketPath: string,
  ...flags: string[]
): Promise<Record<string, unknown>> {
  const environment = ["-e", `GOXEL_SOCKET=${socketPath}`];
  const { stdout } = await promisify(execFile)(
    kInspector,
    ["--cli", process.execPath, kServer, ...environment, ...flags],
    { maxBuffer: 16 << 20 },
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("the Inspector lists the tools, calls them and reads resources", async (t) => {
  const { socketPath } = await RealDaemon.start(t);
  const { tools } = await inspect(socketPath, "--method", "tools/list");
  assert.equal((tools as unknown[]).length, 9);

  const call = ["--method", "tools/call", "--tool-name"];
  const opened = await inspect(
    socketPath,
    ...call,
    "open_scene",
    "--tool-arg",
    "path=builtin:demo",
  );
  assert.equal(opened["isError"] ?? false, false);

  const size = ["--tool-arg", "width=320", "--tool-arg", "height=240"];
  const render = await inspect(socketPath, ...call, "render", ...size);
  const kinds = (render["content"] as { type: string }[]).map(
    ({ type }) => type,
  );
  assert.deepEqual(kinds, ["text", "image", "resource_link"]);

  const { id } = render["structuredContent"] as { id: string };
  const read = ["--method", "resources/read", "--uri", `goxel://renders/${id}`];
  const { contents } = await inspect(socketPath, ...read);
  assert.equal((contents as { mimeType: string }[])[0]?.mimeType, "image/png");

  const wrong = await inspect(
    socketPath,
    ...call,
    "open_scene",
    "--tool-arg",
    "path=/none.vox",
  );
  assert.equal(wrong["isError"], true);
});
