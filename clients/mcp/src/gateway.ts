// What every tool works with.

import type { Client } from "./client.ts";
import type { Jobs } from "./jobs.ts";

export interface Gateway {
  client: Client;
  jobs: Jobs;
}
