// Makes dist/goxel-mcp.mjs: the server in one file that needs no node_modules,
// with the licences of what is in it beside it.

import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const kOutput = "dist/goxel-mcp.mjs";
const kLicenses = "dist/goxel-mcp.LICENSES.txt";

const { metafile } = await build({
  entryPoints: ["src/main.ts"],
  outfile: kOutput,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node18.19",
  minify: true,
  legalComments: "eof",
  metafile: true,
  banner: {
    // Packages in CommonJS within the bundle call require().
    js: [
      "#!/usr/bin/env node",
      'import { createRequire } from "node:module";',
      "const require = createRequire(import.meta.url);",
    ].join("\n"),
  },
});
chmodSync(kOutput, 0o755);

const packages = new Set(
  Object.keys(metafile.inputs).flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  ),
);
writeFileSync(kLicenses, [...packages].sort().map(licenseOf).join("\n\n"));

function licenseOf(directory) {
  const { name, version } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  const file = readdirSync(directory).find((each) => /^licen[cs]e/i.test(each));
  if (!file) {
    throw new Error(
      `${name} has no licence file; it must not be in the bundle`,
    );
  }
  return `${name} ${version}\n\n${readFileSync(join(directory, file), "utf8").trim()}`;
}
