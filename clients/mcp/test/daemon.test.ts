// The client library against the real daemon.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { Client, DaemonError } from "../src/client.ts";
import { readRawRender } from "../src/mapped-file.ts";
import { decodePng } from "../src/png-reader.ts";
import { RealDaemon } from "./support/real-daemon.ts";

const kDemo = { path: "builtin:demo" };
const kNobody = 65534;

async function demo(
  t: TestContext,
  flags: string[] = [],
): Promise<[RealDaemon, Client]> {
  const daemon = await RealDaemon.start(t, flags);
  const client = new Client({ socketPath: daemon.socketPath });
  t.after(() => client.close());
  await client.call("goxel.load_project", kDemo);
  return [daemon, client];
}

test("the daemon says who it is", async (t) => {
  const [daemon, client] = await demo(t);
  const { protocol, paths } = await client.call("goxel.hello", {
    client: "test",
  });
  assert.equal(protocol, 1);
  assert.equal(paths["render_dir"], daemon.renderDirectory);
});

test("a mapped render and its PNG hold the same pixels", async (t) => {
  const [, client] = await demo(t);
  const { file, render } = await client.call("goxel.render_scene", {
    width: 333,
    height: 217,
    options: { return_mode: "mmap" },
  });
  const raw = await readRawRender(file!.path, render.id!);
  const encoded = await client.call("goxel.encode_render", {
    id: render.id!,
    format: "png",
  });
  const picture = await decodePng(
    readFileSync(encoded.file.path),
    encoded.file.path,
  );
  assert.deepEqual([raw.picture.width, raw.picture.height], [333, 217]);
  assert.deepEqual(raw.picture, picture);
  assert.deepEqual(raw.settings["background_color"], [240, 240, 240, 255]);
});

test("every way to hand over a picture that needs no descriptor works", async (t) => {
  const [daemon, client] = await demo(t);
  const order = { width: 64, height: 48 };
  const modes = { return_mode: "file_path" };
  const byPath = await client.call("goxel.render_scene", {
    ...order,
    options: modes,
  });
  const inline = { return_mode: "base64" };
  const byText = await client.call("goxel.render_scene", {
    ...order,
    options: inline,
  });
  const target = join(daemon.directory, "out.png");
  await client.call("goxel.render_scene", {
    ...order,
    output_path: target,
    options: {},
  });
  const bytes = [
    readFileSync(byPath.file!.path),
    Buffer.from(byText.image!.data, "base64"),
    readFileSync(target),
  ];
  const pictures = await Promise.all(
    bytes.map((each) => decodePng(each, "a render")),
  );
  assert.deepEqual(pictures[1], pictures[0]);
  assert.deepEqual(pictures[2], pictures[0]);
});

test("a file that holds another render by now is not taken for the one asked", async (t) => {
  const [, client] = await demo(t);
  const { file } = await client.call("goxel.render_scene", {
    width: 64,
    height: 64,
    options: { return_mode: "mmap" },
  });
  const read = readRawRender(file!.path, "00000000000000ff");
  await assert.rejects(read, isReason("unavailable", "evicted"));
  const gone = readRawRender(`${file!.path}.gone`, "00000000000000ff");
  await assert.rejects(gone, isReason("not_found", "ENOENT"));
});

test("a file that this user may not read is told with what to do", async (t) => {
  if (process.getuid?.() !== 0)
    return t.skip("only root can become another user");
  const [, client] = await demo(t);
  const { file, render } = await client.call("goxel.render_scene", {
    width: 64,
    height: 64,
    options: { return_mode: "mmap" },
  });
  process.seteuid!(kNobody);
  try {
    const read = readRawRender(file!.path, render.id!);
    await assert.rejects(read, isReason("permission_denied", "EACCES"));
  } finally {
    process.seteuid!(0);
  }
});

test("errors come with the daemon's reasons", async (t) => {
  const [, client] = await demo(t);
  const load = client.call("goxel.load_project", { path: "/nonexistent.vox" });
  await assert.rejects(load, isReason("not_found", "/nonexistent.vox"));
  const wide = client.call("goxel.render_scene", {
    width: 99999,
    height: 1,
    options: {},
  });
  await assert.rejects(wide, (error) => error instanceof DaemonError);
  await assert.rejects(
    client.call("goxel.fly", {}),
    isReason("not_found", "goxel.fly"),
  );
  const shape = { type: "procedural_shape", shape_type: "teapot" };
  const edit = client.call("goxel.batch_operations", {
    operations: [shape],
    atomic: true,
  });
  await assert.rejects(edit, isReason("not_found", "operation 0"));
});

test("64 renders at once all arrive, each its own", async (t) => {
  const [, client] = await demo(t);
  const widths = Array.from({ length: 64 }, (_, i) => 32 + i);
  const replies = await Promise.all(
    widths.map((width) =>
      client.call("goxel.render_scene", {
        width,
        height: 32,
        options: { return_mode: "file_path" },
      }),
    ),
  );
  assert.deepEqual(
    replies.map(({ file }) => file!.dimensions.width),
    widths,
  );
  assert.equal(new Set(replies.map(({ render }) => render.id)).size, 64);
});

test("progress of a render arrives before its reply", async (t) => {
  const [, client] = await demo(t);
  const rows: number[] = [];
  await client.call(
    "goxel.render_scene",
    {
      width: 512,
      height: 2048,
      options: { return_mode: "mmap", progress: true },
    },
    { onNotification: ({ params }) => rows.push(Number(params["rows_ready"])) },
  );
  assert.equal(rows.at(-1), 2048);
  assert.deepEqual(
    rows,
    [...rows].sort((a, b) => a - b),
  );
});

test("a render that was cancelled leaves the client usable", async (t) => {
  const [, client] = await demo(t);
  const abort = new AbortController();
  const order = {
    width: 4096,
    height: 4096,
    options: { return_mode: "mmap", progress: true },
  };
  const call = client.call("goxel.render_scene", order, {
    signal: abort.signal,
    onNotification: () => abort.abort(),
  });
  await assert.rejects(call, isReason("cancelled", ""));
  assert.equal((await client.call("goxel.ping", {})).pong, true);
});

test("a killed daemon ends the call under way; the next one reaches its successor", async (t) => {
  const [daemon, client] = await demo(t);
  const order = {
    width: 4096,
    height: 4096,
    options: { return_mode: "mmap", progress: true },
  };
  let killed: Promise<void> | undefined;
  const call = client.call("goxel.render_scene", order, {
    onNotification: () => (killed ??= daemon.kill()),
  });
  await assert.rejects(call, isReason("connection_lost", ""));
  await killed;
  await assert.rejects(
    client.call("goxel.ping", {}),
    isReason("unavailable", daemon.socketPath),
  );
  await daemon.start();
  assert.equal((await client.call("goxel.ping", {})).pong, true);
});

test("renders of a killed daemon are there after its restart", async (t) => {
  const [daemon, client] = await demo(t);
  const { file, render } = await client.call("goxel.render_scene", {
    width: 64,
    height: 64,
    options: { return_mode: "file_path" },
  });
  await daemon.kill();
  assert.ok(existsSync(file!.path));
  await daemon.start();
  const { renders } = await client.call("goxel.list_renders", {});
  assert.deepEqual(
    renders.map(({ id }) => id),
    [render.id],
  );
});

function isReason(reason: string, words: string) {
  return (error: unknown) =>
    error instanceof DaemonError &&
    error.reason === reason &&
    error.message.includes(words);
}
