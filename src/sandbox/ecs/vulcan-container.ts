import { records, text } from "../http/input.ts";
import type { TaskDefinition } from "./model.ts";

/** The container that runs Vulcan where no load balancer names it: Vulcan alone is told its database. */
export function vulcanContainer({ registered }: TaskDefinition): string {
  const containers = records(registered, "containerDefinitions");
  const told = containers.find((one) =>
    [...records(one, "secrets"), ...records(one, "environment")].some(({ name }) => name === "DB_URL"),
  );
  return text(told ?? containers[0] ?? {}, "name") ?? "";
}
