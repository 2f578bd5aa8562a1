// The MCP server: its tools and resources.

import { McpServer } from "@modelcontextprotocol/server";

import { version } from "../package.json";
import type { Gateway } from "./gateway.ts";
import { registerRenders } from "./resources.ts";
import { registerCompare } from "./tools/compare.ts";
import { registerDescribeScene } from "./tools/describe-scene.ts";
import { registerEditVoxels } from "./tools/edit-voxels.ts";
import { registerExportModel } from "./tools/export-model.ts";
import { registerJob } from "./tools/job.ts";
import { registerListRenders } from "./tools/list-renders.ts";
import { registerOpenScene } from "./tools/open-scene.ts";
import { registerRender } from "./tools/render.ts";
import { registerRenderViews } from "./tools/render-views.ts";

const kInstructions =
  "Renders voxel scenes. Open a scene, look at it with describe_scene and render, change it " +
  "with edit_voxels. Rely on the facts in a result, not on what the picture ought to show.";

export function createServer(gateway: Gateway): McpServer {
  const server = new McpServer(
    { name: "goxel", version },
    { capabilities: { tools: {}, resources: {} }, instructions: kInstructions },
  );
  registerOpenScene(server, gateway);
  registerDescribeScene(server, gateway);
  registerEditVoxels(server, gateway);
  registerRender(server, gateway);
  registerRenderViews(server, gateway);
  registerCompare(server, gateway);
  registerExportModel(server, gateway);
  registerListRenders(server, gateway);
  registerJob(server, gateway);
  registerRenders(server, gateway);
  return server;
}
