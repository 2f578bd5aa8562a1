import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, DaemonError, type DaemonNotification } from "../src/client.ts";
import { scratchDirectory } from "./support/scratch.ts";
import {
  errorLine,
  notificationLine,
  resultLine,
  scriptedDaemon,
  type Script,
} from "./support/scripted-daemon.ts";
import { until } from "./support/real-daemon.ts";

const kEcho: Script = (request, socket) =>
  socket.write(resultLine(request, request.params));

test("a call returns its result", async (t) => {
  const { socketPath, requests } = await scriptedDaemon(t, kEcho);
  const client = new Client({ socketPath });
  assert.deepEqual(await client.call("echo", { a: [1, "ä"] }), { a: [1, "ä"] });
  assert.equal(requests[0]?.method, "echo");
});

test("calls one after the other share a connection, calls at once have their own", async (t) => {
  const daemon = await scriptedDaemon(t, kEcho);
  const client = new Client({ socketPath: daemon.socketPath });
  await client.call("echo", {});
  await client.call("echo", {});
  assert.equal(daemon.opened, 1);
  await Promise.all([client.call("echo", {}), client.call("echo", {})]);
  assert.equal(daemon.opened, 2);
});

test(
  "no more connections are opened than allowed",
  { timeout: 20_000 },
  async (t) => {
    const daemon = await scriptedDaemon(t, kEcho);
    const client = new Client({
      socketPath: daemon.socketPath,
      maxConnections: 3,
    });
    const calls = Array.from({ length: 50 }, (_, i) =>
      client.call("echo", { i }),
    );
    const results = await Promise.all(calls);
    assert.deepEqual(
      results,
      Array.from({ length: 50 }, (_, i) => ({ i })),
    );
    assert.ok(daemon.opened <= 3, `${daemon.opened} connections`);
    for (let i = 0; i < 4; i++) await client.call("echo", {});
  },
);

test("notifications joined with the reply reach the call they belong to", async (t) => {
  const { socketPath } = await scriptedDaemon(t, (request, socket) => {
    const first = notificationLine("progress", { rows: 1 });
    const second = notificationLine("progress", { rows: 2 });
    socket.write(first + second + resultLine(request, "drawn"));
  });
  const heard: DaemonNotification[] = [];
  const client = new Client({ socketPath });
  const onNotification = (notification: DaemonNotification) =>
    void heard.push(notification);
  assert.equal(await client.call("draw", {}, { onNotification }), "drawn");
  assert.deepEqual(
    heard.map(({ params }) => params["rows"]),
    [1, 2],
  );
});

test("a reply in pieces is put together", async (t) => {
  const { socketPath } = await scriptedDaemon(t, (request, socket) => {
    const bytes = Buffer.from(resultLine(request, "🏰".repeat(100)));
    for (let at = 0; at < bytes.length; at += 7) {
      setTimeout(() => socket.write(bytes.subarray(at, at + 7)), at / 7);
    }
  });
  assert.equal(
    await new Client({ socketPath }).call("echo", {}),
    "🏰".repeat(100),
  );
});

test("errors keep reason, code and figures, and say what to do", async (t) => {
  const { socketPath } = await scriptedDaemon(t, (request, socket) =>
    socket.write(
      errorLine(request, {
        code: -32003,
        message: "no room",
        data: {
          reason: "resource_exhausted",
          hint: "all is pinned",
          retry_after_ms: 50,
        },
      }),
    ),
  );
  await assert.rejects(
    new Client({ socketPath }).call("draw", {}),
    (error: DaemonError) => {
      assert.equal(error.reason, "resource_exhausted");
      assert.equal(error.code, -32003);
      assert.equal(error.message, "no room (all is pinned)");
      assert.equal(error.data["retry_after_ms"], 50);
      assert.match(error.advice, /limits/);
      return true;
    },
  );
});

test("errors without a reason have the one of their code", async (t) => {
  const { socketPath } = await scriptedDaemon(t, (request, socket) =>
    socket.write(
      errorLine(request, { code: Number(request.method), message: "no" }),
    ),
  );
  const client = new Client({ socketPath });
  await assert.rejects(client.call("-32600", {}), isReason("invalid_argument"));
  await assert.rejects(client.call("-32601", {}), isReason("not_found"));
  await assert.rejects(client.call("-1", {}), isReason("internal"));
});

test("an error with the id null is the answer to what could not be read", async (t) => {
  const { socketPath } = await scriptedDaemon(t, (_request, socket) =>
    socket.write(
      '{"id":null,"error":{"code":-32700,"message":"longer than 64 MiB"}}\n',
    ),
  );
  await assert.rejects(
    new Client({ socketPath }).call("big", {}),
    isReason("invalid_argument"),
  );
});

test("a daemon that was restarted between calls is connected to again", async (t) => {
  const daemon = await scriptedDaemon(t, (request, socket) => {
    socket.end(resultLine(request, "last words"));
  });
  const client = new Client({ socketPath: daemon.socketPath });
  await client.call("a", {});
  await until(() => daemon.closed === 1, "the connection's end");
  assert.equal(await client.call("b", {}), "last words");
  assert.equal(daemon.opened, 2);
});

test("a request that was lost with its connection is not sent twice", async (t) => {
  const daemon = await scriptedDaemon(t, (_request, socket) =>
    socket.destroy(),
  );
  const client = new Client({ socketPath: daemon.socketPath });
  await assert.rejects(client.call("edit", {}), isReason("connection_lost"));
  assert.equal(daemon.requests.length, 1);
});

test("a call that takes too long ends, and its late reply harms nobody", async (t) => {
  const daemon = await scriptedDaemon(t, (request, socket) => {
    if (request.method === "quick") socket.write(resultLine(request, "quick"));
    else setTimeout(() => socket.write(resultLine(request, "late")), 100);
  });
  const client = new Client({ socketPath: daemon.socketPath });
  await assert.rejects(
    client.call("slow", {}, { timeoutMs: 20 }),
    isReason("timed_out"),
  );
  assert.equal(await client.call("quick", {}), "quick");
  await until(
    () => daemon.closed === 1,
    "the daemon to see the end of the slow call",
  );
});

test("cancelling closes the connection, so that the daemon can drop the work", async (t) => {
  const abort = new AbortController();
  const daemon = await scriptedDaemon(t, () => abort.abort());
  const client = new Client({ socketPath: daemon.socketPath });
  const call = client.call("draw", {}, { signal: abort.signal });
  await assert.rejects(call, isReason("cancelled"));
  await until(() => daemon.closed === 1, "the connection's end");
  await assert.rejects(
    client.call("x", {}, { signal: abort.signal }),
    isReason("cancelled"),
  );
  assert.equal(daemon.requests.length, 1);
});

test("replies nobody asked for end the connection", async (t) => {
  const { socketPath } = await scriptedDaemon(t, (_request, socket) =>
    socket.write('{"id":12345,"result":1}\n'),
  );
  await assert.rejects(
    new Client({ socketPath }).call("a", {}),
    isReason("data_loss"),
  );
});

test("a reply that is too long is refused", async (t) => {
  const { socketPath } = await scriptedDaemon(t, (request, socket) =>
    socket.write(resultLine(request, "x".repeat(1000))),
  );
  const client = new Client({ socketPath, maxReplyBytes: 500 });
  await assert.rejects(client.call("list", {}), isReason("too_large"));
});

test("where nobody listens, the error says how to start a daemon", async (t) => {
  const socketPath = `${scratchDirectory(t)}/goxel.sock`;
  await assert.rejects(
    new Client({ socketPath }).call("a", {}),
    (error: DaemonError) => {
      assert.equal(error.reason, "unavailable");
      assert.ok(error.message.includes(socketPath));
      assert.ok(error.advice.includes(`goxel-daemon --socket ${socketPath}`));
      return true;
    },
  );
});

test("daemons of another protocol, of an older age or that hang up are told apart", async (t) => {
  const words = {
    code: -32008,
    message: "speaks 2",
    data: { reason: "incompatible_protocol" },
  };
  const unknown = { code: -32601, message: "Method not found" };
  const daemons = [
    [
      (await scriptedDaemon(t, kEcho, answering(words))).socketPath,
      "incompatible_protocol",
    ],
    [
      (await scriptedDaemon(t, kEcho, answering(unknown))).socketPath,
      "incompatible_protocol",
    ],
    [
      (await scriptedDaemon(t, kEcho, (_, socket) => socket.destroy()))
        .socketPath,
      "unavailable",
    ],
  ] as const;
  for (const [socketPath, reason] of daemons) {
    await assert.rejects(
      new Client({ socketPath }).call("a", {}),
      isReason(reason),
    );
  }
});

test("calls that find nobody start one daemon together", async (t) => {
  const { socketPath } = await scriptedDaemon(t, kEcho);
  let starts = 0;
  const client = new Client({
    socketPath: `${socketPath}.gone`,
    startDaemon: async () => {
      starts++;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return socketPath;
    },
  });
  await Promise.all([client.call("a", {}), client.call("b", {})]);
  assert.equal(starts, 1);
});

function answering(error: object): Script {
  return (request, socket) => socket.write(errorLine(request, error));
}

function isReason(reason: string) {
  return (error: unknown) =>
    error instanceof DaemonError && error.reason === reason;
}
