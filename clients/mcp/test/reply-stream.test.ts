import assert from "node:assert/strict";
import { test } from "node:test";

import { DaemonError } from "../src/daemon-error.ts";
import { ReplyStream } from "../src/reply-stream.ts";

const kMessages = [
  { id: 1, result: "ä 🏰" },
  { method: "note", params: {} },
  { id: 2 },
];
const kBytes = Buffer.from(
  kMessages.map((message) => JSON.stringify(message) + "\n").join(""),
);

test("joined messages come apart", () => {
  assert.deepEqual(new ReplyStream(1000).push(kBytes), kMessages);
});

test("messages split anywhere, within a character too, come together", () => {
  for (let cut = 0; cut <= kBytes.length; cut++) {
    const stream = new ReplyStream(1000);
    const messages = [
      ...stream.push(kBytes.subarray(0, cut)),
      ...stream.push(kBytes.subarray(cut)),
    ];
    assert.deepEqual(messages, kMessages, `cut at ${cut}`);
  }
});

test("messages that come byte by byte come together", () => {
  const stream = new ReplyStream(1000);
  const messages = [...kBytes].flatMap((byte) =>
    stream.push(Buffer.from([byte])),
  );
  assert.deepEqual(messages, kMessages);
});

test("a message may have as many bytes as allowed and no more", () => {
  const line = JSON.stringify({ id: 1, result: "x".repeat(50) });
  const bytes = Buffer.from(line + "\n");
  assert.equal(new ReplyStream(line.length).push(bytes).length, 1);
  assert.throws(
    () => new ReplyStream(line.length - 1).push(bytes),
    isReason("too_large"),
  );
});

test("an endless message is refused before it ends", () => {
  const stream = new ReplyStream(100);
  stream.push(Buffer.alloc(100, "x"));
  assert.throws(() => stream.push(Buffer.from("x")), isReason("too_large"));
});

test("what is no message is refused with its beginning", () => {
  for (const text of ["HTTP/1.1 400 Bad Request\n", "7\n", '{"id":\n']) {
    assert.throws(
      () => new ReplyStream(1000).push(Buffer.from(text)),
      (error: DaemonError) =>
        error.reason === "data_loss" && error.message.includes(text.trimEnd()),
    );
  }
});

function isReason(reason: string) {
  return (error: unknown) =>
    error instanceof DaemonError && error.reason === reason;
}
