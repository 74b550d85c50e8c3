import { healthy } from "./healthy.ts";
import type { Scenario } from "./scenario.ts";

export const restoreNameTaken: Scenario = {
  ...healthy,
  name: "restore-name-taken",
  summary: "the name the documented restore would give is taken already",
  rds: { others: ["vulcan-prod-restored"] },
};
