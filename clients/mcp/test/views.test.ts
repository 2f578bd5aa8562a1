// render_views: what is asked of the daemon, and what becomes of its replies.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { Client } from "../src/client.ts";
import { blankPicture, type Picture } from "../src/picture.ts";
import { encodePng } from "../src/png-writer.ts";
import { McpSession } from "./support/mcp-session.ts";
import { RealDaemon } from "./support/real-daemon.ts";
import { scratchDirectory } from "./support/scratch.ts";
import {
  notificationLine,
  resultLine,
  scriptedDaemon,
  type ScriptedDaemon,
} from "./support/scripted-daemon.ts";

const kLayer = {
  id: 1,
  name: "a",
  visible: true,
  mode: "over",
  voxels: 9,
  active: true,
};

test("a turntable on a sheet is one picture with a preview", async (t) => {
  const sheet = await fileOf(t, square(1200), 0);
  const daemon = await daemonThatSends(t, {
    count: 9,
    sheet: { ...sheet, columns: 3 },
  });
  const session = await McpSession.start(t, daemon.socketPath);
  const heard: number[] = [];
  const reply = await session.call(
    "render_views",
    { turntable: { frames: 9, elevation: 20 }, options: { style: "clay" } },
    { onprogress: ({ progress }) => void heard.push(progress) },
  );
  assert.equal(reply.isError, false, reply.text);
  assert.match(
    reply.text,
    /9 views on one sheet of 1200 x 1200 pixels, 3 in a row/,
  );
  assert.match(reply.text, /reduced from 1200 x 1200 to 768 x 768/);
  assert.equal(reply.image?.width, 768);
  assert.deepEqual(reply.links, ["goxel://renders/0000000000000001"]);
  assert.deepEqual(heard, [1]);
  assert.deepEqual(orderOf(daemon), {
    width: 512,
    height: 512,
    turntable: { frames: 9, elevation: 20 },
    sheet: { labels: true },
    options: {
      style: "clay",
      return_mode: "file_path",
      fallback: [],
      stream: true,
    },
  });
});

test("views as files are looked at one by one", async (t) => {
  const shown = await fileOf(t, square(64), 0);
  const blank = await fileOf(t, blankPicture(64, 64), 1);
  const views = [
    { index: 0, name: "front", ...shown },
    { index: 1, name: "top", ...blank },
  ];
  const daemon = await daemonThatSends(t, { count: 2, views });
  const session = await McpSession.start(t, daemon.socketPath);
  const order = { presets: ["front", "top"], sheet: false };
  const reply = await session.call("render_views", order);
  assert.match(reply.text, /front: .*0\.png \(scene covers 25\.0 %\)/);
  assert.match(reply.text, /top: .*1\.png \(blank\)/);
  assert.equal(reply.links.length, 2);
  assert.equal("sheet" in orderOf(daemon), false);
});

test("views of which all are blank are an error", async (t) => {
  const views = [
    { index: 0, name: "front", ...(await fileOf(t, blankPicture(8, 8), 0)) },
  ];
  const daemon = await daemonThatSends(t, { count: 1, views });
  const session = await McpSession.start(t, daemon.socketPath);
  const reply = await session.call("render_views", {
    cameras: [{ azimuth: 1 }],
    sheet: false,
  });
  assert.equal(reply.isError, true);
  assert.match(reply.text, /Every picture is blank/);
});

test("the real daemon renders sheets and files", async (t) => {
  const daemon = await RealDaemon.start(t);
  const client = new Client({ socketPath: daemon.socketPath });
  t.after(() => client.close());
  const { methods } = (await client.call("list_methods", {})) as {
    methods: { method: string }[];
  };
  if (!methods.some(({ method }) => method === "goxel.render_views")) {
    return t.skip("this daemon has no goxel.render_views");
  }
  const session = await McpSession.start(t, daemon.socketPath);
  const empty = await session.call("render_views", { presets: ["front"] });
  assert.match(empty.text, /no visible layer has voxels/i);
  await session.call("open_scene", { path: "builtin:demo" });
  const views = {
    presets: ["front", "left", "top", "isometric"],
    width: 128,
    height: 128,
  };
  const heard: number[] = [];
  const sheet = await session.call("render_views", views, {
    onprogress: ({ progress }) => void heard.push(progress),
  });
  assert.equal(sheet.isError, false, sheet.text);
  assert.ok(Number(sheet.image?.width) >= 256);
  const files = await session.call(
    "render_views",
    { ...views, sheet: false },
    {
      onprogress: ({ progress }) => void heard.push(progress),
    },
  );
  assert.equal(files.isError, false, files.text);
  assert.equal(files.links.length, 4);
  assert.equal(heard.at(-1), 4);
  const again = await session.call("render", {
    preset: "front",
    width: 128,
    height: 128,
  });
  const same = await session.call("compare", {
    a: String(again.facts["id"]),
    b: files.links[0]!,
  });
  assert.equal(same.facts["same"], true, same.text);
});

function daemonThatSends(
  t: TestContext,
  reply: object,
): Promise<ScriptedDaemon> {
  return scriptedDaemon(t, (request, socket) => {
    if (request.method === "goxel.list_layers") {
      socket.write(resultLine(request, { count: 1, layers: [kLayer] }));
    } else {
      const ready = notificationLine("goxel.view_ready", {
        index: 0,
        count: 9,
        name: "a",
      });
      socket.write(ready + resultLine(request, { success: true, ...reply }));
    }
  });
}

function orderOf({ requests }: ScriptedDaemon): Record<string, unknown> {
  return requests.find(({ method }) => method === "goxel.render_views")!.params;
}

/** What the daemon says of a picture that it has put into a file. */
async function fileOf(
  t: TestContext,
  picture: Picture,
  index: number,
): Promise<object> {
  const path = join(scratchDirectory(t), `${index}.png`);
  const bytes = await encodePng(picture);
  writeFileSync(path, bytes);
  const { width, height } = picture;
  return {
    width,
    height,
    file: {
      path,
      size: bytes.length,
      format: "png",
      dimensions: { width, height },
    },
    render: { id: `000000000000000${index + 1}`, cached: false },
  };
}

/** A quarter of it red, the rest transparent. */
function square(side: number): Picture {
  const picture = blankPicture(side, side);
  for (let y = side / 4; y < (side * 3) / 4; y++) {
    for (let x = side / 4; x < (side * 3) / 4; x++) {
      picture.pixels.set([255, 0, 0, 255], (y * side + x) * 4);
    }
  }
  return picture;
}
