// How long the tool `render` takes for pictures of 1920 x 1080 that nobody has
// drawn yet, preview and facts included, against the daemon alone, which makes
// files of as many others.
//
//   GOXEL_DAEMON=/path/to/goxel-daemon node scripts/bench.mjs [SCENE [COUNT]]
//
// Both take turns, so that they share whatever else the machine does. Needs the
// bundle, and npm ci.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const kSize = { width: 1920, height: 1080 };
const kFactor = 1.5;
const kExtraMs = 30;

const [scene = "builtin:demo", count = "60"] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), "goxel-bench-"));
const socketPath = join(home, "goxel.sock");
const daemon = spawn(
  process.env.GOXEL_DAEMON,
  ["--socket", socketPath, "--render-dir", join(home, "renders")],
  { stdio: ["ignore", "ignore", "inherit"] },
);
try {
  while (!existsSync(socketPath)) await pause(10);
  await benchmark();
} finally {
  daemon.kill();
  await once(daemon, "exit");
  rmSync(home, { recursive: true });
}

async function benchmark() {
  const rpc = await daemonCalls();
  const mcp = new Client({ name: "goxel-mcp-bench", version: "1" });
  await mcp.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ["dist/goxel-mcp.mjs"],
      env: { GOXEL_SOCKET: socketPath, PATH: process.env.PATH },
    }),
  );
  await rpc.call("goxel.load_project", { path: scene });
  const options = { return_mode: "file_path" };
  const views = Array.from({ length: 2 * count + 4 }, (_, number) => ({
    ...kSize,
    camera: { azimuth: (number * 137.5) % 360, elevation: 30 },
  }));
  const alone = [];
  const tool = [];
  while (views.length > 0) {
    const direct = { ...views.pop(), options };
    alone.push(
      await timed(() => rpc.call("goxel.render_scene", direct), assertReply),
    );
    const call = { name: "render", arguments: views.pop() };
    tool.push(await timed(() => mcp.callTool(call), assertPicture));
  }
  report(alone.slice(2), tool.slice(2)); // The first ones warm up.
  await mcp.close();
  rpc.close();
}

async function timed(work, check) {
  const begin = performance.now();
  const result = await work();
  const spent = performance.now() - begin;
  check(result);
  return spent;
}

function assertReply({ error, result }) {
  if (error || result.render.cached) throw new Error(JSON.stringify(error));
}

function assertPicture({ isError, content }) {
  if (isError || !content.some(({ type }) => type === "image")) {
    throw new Error(content[0]?.text);
  }
}

/** Requests one after the other over one connection. */
async function daemonCalls() {
  const socket = connect(socketPath);
  await once(socket, "connect");
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    async call(method, params) {
      socket.write(JSON.stringify({ id: 1, method, params }) + "\n");
      return JSON.parse((await lines.next()).value);
    },
    close: () => socket.end(),
  };
}

function report(alone, tool) {
  const allowed = kFactor * median(alone) + kExtraMs;
  const line = (name, times) =>
    console.log(
      `${name.padEnd(36)} min ${Math.min(...times).toFixed(1)} ms, ` +
        `median ${median(times).toFixed(1)} ms`,
    );
  line("the daemon alone, to the PNG's path", alone);
  line("the tool render, preview included", tool);
  console.log(
    `${kFactor} x ${median(alone).toFixed(1)} + ${kExtraMs} = ${allowed.toFixed(1)} ms are allowed: ` +
      (median(tool) <= allowed ? "held" : "exceeded"),
  );
  console.log(`load of the machine: ${loadavg()[0].toFixed(1)}`);
}

function median(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}
