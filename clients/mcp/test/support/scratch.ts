// A directory for one test, gone afterwards.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

export function scratchDirectory(test: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "goxel-mcp-test-"));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
