import { healthy } from "./healthy.ts";
import type { Scenario } from "./scenario.ts";

export const storageFull: Scenario = {
  ...healthy,
  name: "storage-full",
  summary: "the database has run out of storage, and its log is no longer shipped",
  rds: { trouble: { storageFull: true } },
};
