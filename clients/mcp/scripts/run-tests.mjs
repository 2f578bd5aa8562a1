// Runs test/*.test.ts against the bundle and a real daemon.
//
//   GOXEL_DAEMON=/path/to/goxel-daemon npm test [-- NAME...]
//
// NAME picks test files by their names without ".test.ts"; all by default.

import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const kSuffix = ".test.ts";
const kOutput = "build/test";

requireFile("GOXEL_DAEMON", process.env.GOXEL_DAEMON, constants.X_OK);
requireFile("the bundle", "dist/goxel-mcp.mjs", constants.R_OK);

const names = process.argv.slice(2);
const files = readdirSync("test")
  .filter((file) => file.endsWith(kSuffix))
  .filter(
    (file) =>
      names.length === 0 || names.includes(file.slice(0, -kSuffix.length)),
  );
if (files.length === 0) stop(`there are no tests named ${names.join(", ")}`);

rmSync(kOutput, { recursive: true, force: true });
await build({
  entryPoints: files.map((file) => `test/${file}`),
  outdir: kOutput,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node18.19",
  sourcemap: "inline",
});
const built = readdirSync(kOutput).map((file) => `${kOutput}/${file}`);
const { status } = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", "--test-concurrency=1", ...built],
  { stdio: "inherit" },
);
process.exit(status ?? 1);

function requireFile(what, path, mode) {
  try {
    accessSync(path ?? "", mode);
  } catch {
    stop(
      `${what} is "${path ?? ""}", which is no such file; ` +
        "set GOXEL_DAEMON to the daemon's program and run `npm run bundle` first",
    );
  }
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
