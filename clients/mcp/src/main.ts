// goxel-mcp: MCP over standard input and output, the daemon over its socket.

import { serveStdio } from "@modelcontextprotocol/server/stdio";

import { version } from "../package.json";
import { Client } from "./client.ts";
import { startDaemon } from "./daemon-start.ts";
import { Jobs } from "./jobs.ts";
import { createServer } from "./server.ts";

if (process.argv.length > 2) {
  // Hosts give no arguments; people get the one line that helps them.
  console.error(
    `goxel-mcp ${version}: an MCP server for a host to start; takes no arguments`,
  );
  process.exit(process.argv[2] === "--version" ? 0 : 2);
}

/** Hosts give up on a call after about a minute. */
const kDefaultWaitMs = 45_000;

const waitMs = Number(process.env["GOXEL_MCP_WAIT_MS"] ?? kDefaultWaitMs);
if (!(waitMs > 0 && waitMs < 2 ** 31)) {
  const given = process.env["GOXEL_MCP_WAIT_MS"];
  console.error(
    `goxel-mcp: GOXEL_MCP_WAIT_MS is "${given}"; expected milliseconds, such as ${kDefaultWaitMs}`,
  );
  process.exit(2);
}

const gateway = { client: new Client({ startDaemon }), jobs: new Jobs(waitMs) };

serveStdio(() => createServer(gateway), {
  onerror: (error) => console.error(`goxel-mcp: ${error.message}`),
});

// The host is gone: so is whoever waits for a job.
process.stdin.once("close", () => {
  gateway.jobs.cancelAll();
  gateway.client.close();
});
