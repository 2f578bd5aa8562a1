// Every tool, through the official client, against the real daemon.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { decodePng } from "../src/png-reader.ts";
import {
  kEras,
  McpSession,
  sized,
  type ToolReply,
} from "./support/mcp-session.ts";
import { RealDaemon } from "./support/real-daemon.ts";

const kRed = "#ff0000";
const kTower = {
  type: "procedural_shape",
  shape_type: "cube",
  size_x: 8,
  size_y: 8,
  size_z: 24,
  color: kRed,
};

interface Bench {
  daemon: RealDaemon;
  session: McpSession;
  call: McpSession["call"];
}

async function bench(t: TestContext, flags: string[] = []): Promise<Bench> {
  const daemon = await RealDaemon.start(t, flags);
  const session = await McpSession.start(t, daemon.socketPath);
  return { daemon, session, call: session.call.bind(session) };
}

/** The same with a red tower as the scene. */
async function towerBench(
  t: TestContext,
  flags: string[] = [],
): Promise<Bench> {
  const tower = await bench(t, flags);
  await done(tower.call("open_scene"));
  await done(tower.call("edit_voxels", { operations: [kTower] }));
  return tower;
}

/** The reply of a call that must succeed. */
async function done(call: Promise<ToolReply>): Promise<ToolReply> {
  const reply = await call;
  assert.equal(reply.isError, false, reply.text);
  return reply;
}

/** The text of a call that must fail. */
async function refused(call: Promise<ToolReply>): Promise<string> {
  const reply = await call;
  assert.equal(reply.isError, true, reply.text);
  return reply.text;
}

for (const era of kEras) {
  test(`a session in the era ${era} opens, edits, looks, renders and exports`, async (t) => {
    const daemon = await RealDaemon.start(t);
    const session = await McpSession.start(t, daemon.socketPath, { era });
    const opened = await done(
      session.call("open_scene", { path: "builtin:demo" }),
    );
    assert.ok(Number(opened.facts["voxels"]) > 100_000);
    await done(session.call("edit_voxels", { operations: [kTower] }));
    const scene = await done(session.call("describe_scene"));
    assert.match(scene.text, /Steps to undo: 1/);
    const render = await done(
      session.call("render", { width: 320, height: 200 }),
    );
    assert.deepEqual([render.image?.width, render.image?.height], [320, 200]);
    const { contents } = await session.client.readResource({
      uri: render.links[0]!,
    });
    assert.equal(contents.length, 1);
    const path = join(daemon.directory, "castle.vox");
    await done(session.call("export_model", { path }));
    assert.ok(existsSync(path));
    const listed = await done(session.call("list_renders"));
    assert.match(listed.text, new RegExp(String(render.facts["id"])));
    assert.match(
      await refused(session.call("open_scene", { path: "/none.vox" })),
      /none\.vox/,
    );
  });
}

test("nine tools take less than 3,000 tokens of a model's attention", async (t) => {
  const { session } = await bench(t);
  const { tools } = await session.client.listTools();
  assert.equal(tools.length, 9);
  const chars = JSON.stringify(tools).length;
  assert.ok(chars < 3000 * 4, `${chars} characters`);
  for (const tool of tools) {
    assert.ok(tool.outputSchema, `${tool.name} has an output schema`);
    assert.ok(tool.annotations, `${tool.name} has annotations`);
  }
});

test("a render carries facts that agree with its file", async (t) => {
  const { call } = await towerBench(t);
  const reply = await done(
    call("render", { width: 400, height: 300, preset: "front" }),
  );
  const { facts } = reply;
  const file = readFileSync(String(facts["path"]));
  assert.deepEqual([facts["width"], facts["height"]], [400, 300]);
  assert.equal(facts["size_bytes"], file.length);
  assert.deepEqual(reply.image?.bytes, file);
  const { pixels } = await decodePng(file, "the render");
  let shown = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at] !== 240 || pixels[at + 1] !== 240) shown++;
  }
  assert.equal(facts["coverage"], Math.round((shown / 120_000) * 1e4) / 1e4);
  assert.deepEqual(facts["layers"], ["Layer.1"]);
  const [top] = facts["colors"] as { color: string }[];
  assert.match(top!.color, /^#[0-9a-f]{2}0000$/);
  const camera = facts["camera"] as Record<string, unknown>;
  assert.equal(camera["azimuth"], 0);
  for (const words of [
    /400 x 300/,
    /covers \d/,
    /azimuth 0/,
    /Layer\.1/,
    /whole render/,
  ]) {
    assert.match(reply.text, words);
  }
  assert.deepEqual(reply.links, [`goxel://renders/${facts["id"]}`]);
  assert.ok(
    !JSON.stringify(facts).includes(file.toString("base64").slice(0, 60)),
  );
});

test("a large render comes with a preview whose size is told, under 1 MB", async (t) => {
  const { call, session } = await bench(t);
  await done(call("open_scene", { path: "builtin:demo" }));
  const reply = await done(call("render", { width: 3840, height: 2160 }));
  assert.deepEqual([reply.image?.width, reply.image?.height], [768, 432]);
  assert.match(reply.text, /reduced from 3840 x 2160 to 768 x 432/);
  assert.deepEqual(reply.facts["preview"], { width: 768, height: 432 });
  assert.ok(reply.chars < 1_000_000, `${reply.chars} characters`);
  const header = sized(readFileSync(String(reply.facts["path"])));
  assert.deepEqual([header.width, header.height], [3840, 2160]);
  const { contents } = await session.client.readResource({
    uri: reply.links[0]!,
  });
  const { blob } = contents[0] as { blob: string };
  const served = sized(Buffer.from(blob, "base64"));
  assert.ok(Math.max(served.width, served.height) <= 2000);
  assert.match(
    (contents[1] as { text: string }).text,
    /Reduced from 3840 x 2160/,
  );
});

test("response chooses between picture and path", async (t) => {
  const { call } = await towerBench(t);
  const order = { width: 64, height: 64 };
  const path = await done(call("render", { ...order, response: "path" }));
  assert.equal(path.image, undefined);
  assert.equal(path.links.length, 1);
  const image = await done(call("render", { ...order, response: "image" }));
  assert.equal(image.image?.width, 64);
  assert.deepEqual(image.links, []);
  assert.equal(image.facts["path"], path.facts["path"]);
});

test("transparent renders are counted by their alpha", async (t) => {
  const { call } = await towerBench(t);
  const order = { width: 200, height: 200, preset: "front" };
  const plain = await done(call("render", order));
  const clear = await done(
    call("render", { ...order, options: { transparent: true } }),
  );
  assert.deepEqual(clear.facts["bounds"], plain.facts["bounds"]);
});

test("a background colour is told apart from the scene of any colour", async (t) => {
  const { call } = await towerBench(t);
  const order = { width: 200, height: 200, preset: "front" };
  const plain = await done(call("render", order));
  const options = { background_color: [10, 60, 200] };
  const blue = await done(call("render", { ...order, options }));
  assert.equal(blue.facts["coverage"], plain.facts["coverage"]);
});

test("a render lives as long as asked", async (t) => {
  const { call } = await towerBench(t);
  const order = { width: 64, height: 64, ttl_seconds: 600 };
  const now = Date.now() / 1000;
  const short = await done(call("render", order));
  assert.ok(Math.abs(Number(short.facts["expires_at"]) - now - 600) < 10);
  const usual = await done(call("render", { width: 64, height: 65 }));
  assert.ok(Math.abs(Number(usual.facts["expires_at"]) - now - 3600) < 10);
});

test("a copy goes where it is wanted, in the format of its name", async (t) => {
  const { call, daemon } = await towerBench(t);
  const order = { width: 64, height: 64 };
  const target = join(daemon.directory, "tower.jpg");
  const reply = await done(call("render", { ...order, save_to: target }));
  assert.equal(readFileSync(target).readUInt16BE(0), 0xffd8);
  assert.equal(reply.facts["saved_to"], target);
  const nowhere = join(daemon.directory, "none", "tower.png");
  assert.match(
    await refused(call("render", { ...order, save_to: nowhere })),
    /none.*ENOENT/,
  );
  assert.match(
    await refused(call("render", { ...order, save_to: "a.tiff" })),
    /a\.tiff.*\.png/,
  );
});

test("a blank picture is an error that says why", async (t) => {
  const { call } = await bench(t);
  const order = { width: 64, height: 64 };
  assert.match(await refused(call("render", order)), /has no voxels/);
  await done(call("open_scene"));
  assert.match(await refused(call("render", order)), /has no voxels/);
  await done(call("edit_voxels", { operations: [kTower] }));
  const away = { ...order, camera: { target: [9999, 0, 0], distance: 5 } };
  assert.match(await refused(call("render", away)), /leave out camera/);
  const hide = { type: "update_layer", layer_id: 1, visible: false };
  await done(call("edit_voxels", { operations: [hide] }));
  assert.match(await refused(call("render", order)), /is hidden/);
});

test("edits are one step, whole or not at all", async (t) => {
  const { call } = await towerBench(t);
  const wrong = { type: "paint_voxel", x: 999, y: 0, z: 0, color: kRed };
  const one = { type: "add_voxel", x: 50, y: 0, z: 0, color: "#00ff00" };
  const failed = await refused(
    call("edit_voxels", { operations: [one, wrong] }),
  );
  assert.match(failed, /999/);
  const scene = await done(call("describe_scene"));
  assert.equal(scene.facts["voxels"], 8 * 8 * 24);
  const edited = await done(call("edit_voxels", { operations: [one, one] }));
  assert.equal(edited.facts["voxels"], 8 * 8 * 24 + 1);
  const undone = await done(call("edit_voxels", { undo: 5 }));
  assert.match(undone.text, /Undid 2 steps/);
  assert.equal(undone.facts["voxels"], 0);
  const redone = await done(call("edit_voxels", { redo: 1 }));
  assert.equal(redone.facts["voxels"], 8 * 8 * 24);
  assert.match(await refused(call("edit_voxels", {})), /expected one/);
  assert.match(
    await refused(call("edit_voxels", { undo: 1, redo: 1 })),
    /undo and redo/,
  );
});

test("a scene is described by layers, extent and colours", async (t) => {
  const { call } = await towerBench(t);
  const reply = await done(call("describe_scene", { colors: 1 }));
  assert.deepEqual(reply.facts["bounds"], [
    [-4, -4, -12],
    [3, 3, 11],
  ]);
  assert.deepEqual(reply.facts["colors"], [
    { color: "#FF0000FF", count: 1536 },
  ]);
  assert.match(reply.text, /8 x 8 x 24 voxels/);
});

test("projects are apart", async (t) => {
  const { call } = await towerBench(t);
  await done(call("open_scene", { project: "other" }));
  assert.equal(
    (await done(call("describe_scene", { project: "other" }))).facts["voxels"],
    0,
  );
  assert.equal((await done(call("describe_scene"))).facts["voxels"], 1536);
  assert.match(
    await refused(call("describe_scene", { project: "none" })),
    /'none'/,
  );
});

test("compare finds what changed", async (t) => {
  const { call, daemon } = await towerBench(t);
  const order = {
    width: 100,
    height: 100,
    camera: { target: [0, 0, 0], distance: 100 },
  };
  const first = await done(call("render", order));
  const voxel = { type: "paint_voxel", x: 3, y: -4, z: 0, color: "#0000ff" };
  await done(call("edit_voxels", { operations: [voxel] }));
  const second = await done(call("render", order));
  const [a, b] = [String(first.facts["id"]), String(second.facts["path"])];
  const picture = join(daemon.directory, "difference.png");
  const changed = await done(call("compare", { a, b, save_to: picture }));
  assert.equal(changed.facts["same"], false);
  assert.ok(
    Number(changed.facts["pixels"]) > 0 &&
      Number(changed.facts["pixels"]) < 200,
  );
  assert.equal(sized(readFileSync(picture)).width, 100);
  const same = await done(call("compare", { a, b: `goxel://renders/${a}` }));
  assert.deepEqual([same.facts["same"], same.facts["bounds"]], [true, null]);
  const small = await done(call("render", { width: 50, height: 50 }));
  const sizes = await refused(
    call("compare", { a, b: String(small.facts["id"]) }),
  );
  assert.match(sizes, /100 x 100 and 50 x 50/);
  assert.match(
    await refused(call("compare", { a, b: "/none.png" })),
    /\/none\.png \(ENOENT\)/,
  );
  assert.match(
    await refused(call("compare", { a, b: "00000000000000ff" })),
    /not found/i,
  );
});

test("models are exported in other formats, with what was lost", async (t) => {
  const { call, daemon } = await towerBench(t);
  const reply = await done(
    call("export_model", { path: join(daemon.directory, "tower.obj") }),
  );
  assert.equal((reply.facts["files"] as unknown[]).length, 2);
  const path = join(daemon.directory, "tower.none");
  assert.match(
    await refused(call("export_model", { path })),
    /no known format/,
  );
});

test("renders are listed from the newest on, in pages", async (t) => {
  const { call, session } = await towerBench(t);
  for (const width of [60, 61, 62]) {
    await done(call("render", { width, height: 60, response: "path" }));
  }
  const page = await done(call("list_renders", { limit: 2 }));
  assert.match(page.text, /More: call again with offset 2/);
  assert.equal((page.facts["renders"] as unknown[]).length, 2);
  const { resources } = await session.client.listResources();
  assert.equal(resources.length, page.facts["total"]);
});

test("resources are renders, whatever their format", async (t) => {
  const { call, session } = await towerBench(t);
  await done(call("render", { width: 64, height: 64 }));
  const { resources } = await session.client.listResources();
  for (const { uri } of resources) {
    const { contents } = await session.client.readResource({ uri });
    const { blob, mimeType } = contents[0] as {
      blob: string;
      mimeType: string;
    };
    assert.equal(mimeType, "image/png");
    assert.equal(sized(Buffer.from(blob, "base64")).width, 64);
  }
  const missing = session.client.readResource({
    uri: "goxel://renders/00000000000000ff",
  });
  await assert.rejects(missing, /not found/i);
});

test("bad arguments are named", async (t) => {
  const { call } = await towerBench(t);
  assert.match(await refused(call("render", { widht: 5 })), /widht/);
  assert.match(await refused(call("render", { width: 0 })), /width/);
  assert.match(
    await refused(call("render", { preset: "sideways" })),
    /sideways/,
  );
  assert.match(
    await refused(call("render", { camera: { azimuth: "north" } })),
    /azimuth/,
  );
  assert.match(
    await refused(call("render_views", {})),
    /expected one of turntable/,
  );
  assert.match(await refused(call("job", { id: "job-77" })), /no job "job-77"/);
});

test("without files the picture still comes, and the result says so", async (t) => {
  const { call } = await towerBench(t, ["--disable-file-transfer"]);
  const reply = await done(call("render", { width: 80, height: 60 }));
  assert.equal(reply.image?.width, 80);
  assert.match(reply.text, /There is no file/);
  assert.equal(reply.facts["path"], undefined);
  assert.ok(reply.facts["degraded"]);
  assert.deepEqual(reply.links, []);
});

test("on a full disk the picture still comes, and the result says why there is no file", async (t) => {
  const { daemon, call } = await towerBench(t);
  await daemon.kill();
  const mount = ["-t", "tmpfs", "-o", "size=1M,mode=755", "tmpfs"];
  if (spawnSync("mount", [...mount, daemon.renderDirectory]).status !== 0)
    return t.skip("only root, and not everywhere, can mount a small disk");
  try {
    await daemon.start();
    await done(call("open_scene"));
    await done(call("edit_voxels", { operations: [kTower] }));
    const reply = await done(call("render", { width: 1200, height: 900 }));
    assert.equal(reply.image?.width, 768);
    assert.match(reply.text, /There is no file/);
    assert.equal(reply.facts["path"], undefined);
    const { errno } = reply.facts["degraded"] as { errno?: string };
    assert.equal(errno, "ENOSPC");
  } finally {
    await daemon.kill();
    spawnSync("umount", [daemon.renderDirectory]);
  }
});

test("a render that is over is told as not found", async (t) => {
  const { call, session } = await towerBench(t);
  const reply = await done(
    call("render", { width: 64, height: 64, ttl_seconds: 1 }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const read = session.client.readResource({ uri: reply.links[0]! });
  await assert.rejects(read, /not found/i);
  const id = String(reply.facts["id"]);
  assert.match(await refused(call("compare", { a: id, b: id })), /not found/i);
});

test("a render that has no room is refused with the figures", async (t) => {
  const { call } = await towerBench(t, ["--max-cache-size", "1M"]);
  await done(call("render", { width: 64, height: 64 }));
  const text = await refused(call("render", { width: 1920, height: 1080 }));
  assert.match(text, /What to do: .*\nFigures: .*1048576/);
});

test("many renders at once are all answered, each with its own picture", async (t) => {
  const { call } = await towerBench(t);
  const widths = Array.from({ length: 24 }, (_, i) => 40 + i);
  const calls = widths.map((width) =>
    done(call("render", { width, height: 40 })),
  );
  const replies = await Promise.all(calls);
  assert.deepEqual(
    replies.map(({ image }) => image?.width),
    widths,
  );
});

test("a server that is killed in mid-render harms neither daemon nor others", async (t) => {
  const { daemon, session, call } = await bench(t);
  await done(call("open_scene", { path: "builtin:demo" }));
  const order = { width: 4096, height: 4096 };
  const lost = call("render", order, {
    onprogress: () => process.kill(session.pid, "SIGKILL"),
  });
  await assert.rejects(lost);
  const other = await McpSession.start(t, daemon.socketPath);
  const reply = await done(other.call("render", { width: 64, height: 64 }));
  assert.equal(reply.image?.width, 64);
});
