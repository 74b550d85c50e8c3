import { healthy } from "./healthy.ts";
import type { Scenario } from "./scenario.ts";

export const restoreNeverEnds: Scenario = {
  ...healthy,
  name: "restore-never-ends",
  summary: "a point-in-time restore never leaves creating",
  rds: { trouble: { restore: "endless" } },
};
