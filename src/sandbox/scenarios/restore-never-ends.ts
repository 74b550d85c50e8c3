import { healthy } from "./healthy.ts";
import type { Scenario } from "./scenario.ts";

export const restoreNeverEnds: Scenario = {
  ...healthy,
  name: "restore-never-ends",
  summary: "a point-in-time restore stays in creating for ever",
  rds: { trouble: { restore: "endless" } },
};
