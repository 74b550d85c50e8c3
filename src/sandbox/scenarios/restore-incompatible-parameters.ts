import { healthy } from "./healthy.ts";
import type { Scenario } from "./scenario.ts";

export const restoreIncompatibleParameters: Scenario = {
  ...healthy,
  name: "restore-incompatible-parameters",
  summary: "a restored instance cannot start under its parameter group",
  rds: { trouble: { restore: "incompatible-parameters" } },
};
