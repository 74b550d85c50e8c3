import { healthy } from "./healthy.ts";
import type { Scenario } from "./scenario.ts";

export const databasePrivate: Scenario = {
  ...healthy,
  name: "database-private",
  summary: "as healthy, but only tasks know the database's address: from here a tunnel through one leads to it",
  rds: { isPrivate: true },
};
