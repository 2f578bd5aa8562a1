// The life of the server: daemons that are not there, start, end and hang.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { kEras, kServer, McpSession } from "./support/mcp-session.ts";
import { RealDaemon, until } from "./support/real-daemon.ts";
import { scratchDirectory } from "./support/scratch.ts";
import {
  notificationLine,
  resultLine,
  scriptedDaemon,
  type Request,
  type ScriptedDaemon,
} from "./support/scripted-daemon.ts";

const kDaemon = process.env["GOXEL_DAEMON"]!;

test("where there is no daemon and no program, the text says what to set", async (t) => {
  const socketPath = join(scratchDirectory(t), "goxel.sock");
  const env = { GOXEL_DAEMON: "/nonexistent/goxel-daemon" };
  const session = await McpSession.start(t, socketPath, { env });
  const reply = await session.call("describe_scene");
  assert.equal(reply.isError, true);
  assert.match(reply.text, /GOXEL_DAEMON is \/nonexistent\/goxel-daemon/);
  assert.match(reply.text, /What to do: Install goxel-daemon/);
});

test("a daemon that does not start says why", async (t) => {
  const directory = scratchDirectory(t);
  const program = join(directory, "goxel-daemon");
  writeFileSync(
    program,
    "#!/bin/sh\necho 'the directory is full' >&2\nexit 1\n",
  );
  chmodSync(program, 0o755);
  const socketPath = join(directory, "goxel.sock");
  const session = await McpSession.start(t, socketPath, {
    env: { GOXEL_DAEMON: program },
  });
  const reply = await session.call("list_renders");
  assert.match(reply.text, /did not start: the directory is full/);
});

test("a daemon is started where none answers, and again after its end", async (t) => {
  let socketPath = "";
  const stop = () =>
    execFileSync(kDaemon, ["--stop", "--pid-file", `${socketPath}.pid`], {
      stdio: "ignore",
    });
  // Before the directory goes, in which the pid file is.
  t.after(stop);
  const directory = scratchDirectory(t);
  socketPath = join(directory, "run", "goxel.sock");
  const env = {
    GOXEL_DAEMON: kDaemon,
    GOXEL_CONFIG: "/dev/null",
    GOXEL_RENDER_DIR: join(directory, "renders"),
  };
  const session = await McpSession.start(t, socketPath, { env });
  const calls = [session.call("open_scene"), session.call("list_renders")];
  for (const reply of await Promise.all(calls))
    assert.equal(reply.isError, false, reply.text);
  stop();
  const again = await session.call("list_renders");
  assert.equal(again.isError, false, again.text);
});

test("a daemon of another protocol is told with what to do", async (t) => {
  const error = {
    code: -32008,
    message: "the daemon speaks 7",
    data: { reason: "incompatible_protocol" },
  };
  const refuse = ({ id }: Request, socket: Socket) =>
    socket.write(JSON.stringify({ id, error }) + "\n");
  const daemon = await scriptedDaemon(t, () => {}, refuse);
  const session = await McpSession.start(t, daemon.socketPath);
  const reply = await session.call("list_renders");
  assert.equal(reply.isError, true);
  assert.match(reply.text, /speaks 7/);
  assert.match(reply.text, /What to do: Use a client and a daemon of the same/);
});

test("the socket of another user is not talked to unless it was named", async (t) => {
  if (process.getuid?.() !== 0)
    return t.skip("only root can give a socket away");
  const daemon = await scriptedDaemon(t, () => {});
  const runtime = join(daemon.socketPath, "..", "runtime");
  execFileSync("mkdir", ["-p", join(runtime, "goxel")]);
  const link = join(runtime, "goxel", "goxel.sock");
  execFileSync("mv", [daemon.socketPath, link]);
  execFileSync("chown", ["1234", link]);
  const session = await McpSession.start(t, "", {
    env: { XDG_RUNTIME_DIR: runtime },
  });
  const reply = await session.call("list_renders");
  assert.match(reply.text, /belongs to user 1234/);
  assert.equal(daemon.opened, 0);
});

test("a daemon killed in mid-use ends the call with what to do", async (t) => {
  const daemon = await RealDaemon.start(t);
  const env = { GOXEL_DAEMON: "/nonexistent/goxel-daemon" };
  const session = await McpSession.start(t, daemon.socketPath, { env });
  await session.call("open_scene", { path: "builtin:demo" });
  let killed: Promise<void> | undefined;
  const render = await session.call(
    "render",
    { width: 4096, height: 4096 },
    { onprogress: () => (killed ??= daemon.kill()) },
  );
  assert.match(render.text, /Open the scene again, then repeat the call/);
  await killed;
  assert.match((await session.call("list_renders")).text, /no daemon answers/i);
  await daemon.start();
  const opened = await session.call("open_scene", { path: "builtin:demo" });
  assert.equal(opened.isError, false, opened.text);
});

for (const era of kEras) {
  test(`progress reaches the host in the era ${era}`, async (t) => {
    const daemon = await RealDaemon.start(t);
    const session = await McpSession.start(t, daemon.socketPath, { era });
    await session.call("open_scene", { path: "builtin:demo" });
    const heard: { progress: number; total?: number | undefined }[] = [];
    const reply = await session.call(
      "render",
      { width: 1024, height: 2048 },
      { onprogress: (progress) => void heard.push(progress) },
    );
    assert.equal(reply.isError, false, reply.text);
    assert.deepEqual(
      [heard.at(-1)?.progress, heard.at(-1)?.total],
      [2048, 2048],
    );
  });

  test(`cancelling a call gives up its render in the era ${era}`, async (t) => {
    const daemon = await hangingDaemon(t);
    const session = await McpSession.start(t, daemon.socketPath, { era });
    const abort = new AbortController();
    const call = session.call("render", {}, { signal: abort.signal });
    await until(() => renders(daemon) === 1, "the render to be ordered");
    abort.abort();
    await assert.rejects(call);
    await until(
      () => daemon.endedRenders === 1,
      "the end of the render's connection",
    );
    assert.equal((await session.call("job")).text, "No work is under way.");
  });
}

test("work that outlasts its call goes on as a job", async (t) => {
  const daemon = await RealDaemon.start(t);
  const env = { GOXEL_MCP_WAIT_MS: "1" };
  const session = await McpSession.start(t, daemon.socketPath, { env });
  const started = await session.call("open_scene", { path: "builtin:demo" });
  assert.equal(started.facts["status"], "running");
  const id = String(started.facts["job"]);
  let reply = started;
  while (reply.facts["status"] === "running") {
    reply = await session.call("job", { id, action: "wait" });
  }
  assert.ok(Number(reply.facts["voxels"]) > 100_000, reply.text);
  assert.match(
    (await session.call("job", { id })).text,
    /Results are given once/,
  );
});

test("a job tells how far it is, and can be cancelled", async (t) => {
  const daemon = await hangingDaemon(t);
  const env = { GOXEL_MCP_WAIT_MS: "300" };
  const session = await McpSession.start(t, daemon.socketPath, { env });
  const started = await session.call("render", {}, { onprogress: () => {} });
  assert.match(
    started.text,
    /Still running: render 1024 x 1024 \(10 of 1024 rows\)/,
  );
  const id = started.facts["job"];
  assert.match(
    (await session.call("job")).text,
    /job-1: render .* running, 10 of 1024 rows/,
  );
  assert.equal((await session.call("job", { id })).facts["state"], "running");
  await session.call("job", { id, action: "cancel" });
  await until(
    () => daemon.endedRenders === 1,
    "the end of the render's connection",
  );
  const result = await session.call("job", { id, action: "wait" });
  assert.match(result.text, /cancelled/);
});

test("nothing but protocol is on standard output, and the end of input ends the server", async (t) => {
  const daemon = await RealDaemon.start(t);
  const server = spawn(process.execPath, [kServer], {
    env: { GOXEL_SOCKET: daemon.socketPath },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  server.stdout
    .setEncoding("utf8")
    .on("data", (text: string) => (output += text));
  const initialize = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  };
  const call = { name: "list_renders", arguments: {} };
  const messages = [
    { id: 1, method: "initialize", params: initialize },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: call },
  ];
  for (const message of messages) {
    server.stdin.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
  }
  await until(() => output.split("\n").length > 2, "two replies");
  server.stdin.end();
  const [code] = (await once(server, "exit")) as [number];
  assert.equal(code, 0);
  for (const line of output.trimEnd().split("\n")) {
    assert.equal((JSON.parse(line) as { jsonrpc: string }).jsonrpc, "2.0");
  }
});

test("the bundle needs nothing beside itself", (t) => {
  const directory = scratchDirectory(t);
  const copy = join(directory, "goxel-mcp.mjs");
  execFileSync("cp", [kServer, copy]);
  execFileSync(process.execPath, [copy], {
    cwd: directory,
    input: "",
    env: {},
  });
  assert.ok(!existsSync(join(directory, "node_modules")));
});

test("a variable that is wrong is refused by name", () => {
  const env = { GOXEL_MCP_WAIT_MS: "soon" };
  const { status, stderr } = spawnSync(process.execPath, [kServer], {
    env,
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, /GOXEL_MCP_WAIT_MS is "soon"; expected milliseconds/);
});

interface HangingDaemon extends ScriptedDaemon {
  /** Connections that ordered a render and were closed. */
  endedRenders: number;
}

/** Answers all but renders, which begin and do not end. */
async function hangingDaemon(t: TestContext): Promise<HangingDaemon> {
  let endedRenders = 0;
  const daemon = await scriptedDaemon(t, (request, socket) => {
    if (request.method === "goxel.render_scene") {
      const progress = { rows_ready: 10, rows: 1024 };
      socket.write(notificationLine("goxel.render_progress", progress));
      socket.on("close", () => endedRenders++);
    } else {
      socket.write(resultLine(request, { count: 0, layers: [] }));
    }
  });
  return Object.defineProperty(daemon as HangingDaemon, "endedRenders", {
    get: () => endedRenders,
  });
}

function renders({ requests }: ScriptedDaemon): number {
  return requests.filter(({ method }) => method === "goxel.render_scene")
    .length;
}
