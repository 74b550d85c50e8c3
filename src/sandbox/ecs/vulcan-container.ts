import { records, text } from "../http/input.ts";
import type { TaskDefinition } from "./model.ts";

/** The container that runs Vulcan if no load balancer names it. Only Vulcan has DB_URL. */
export function vulcanContainer({ registered }: TaskDefinition): string {
  const containers = records(registered, "containerDefinitions");
  const withDatabase = containers.find((one) =>
    [...records(one, "secrets"), ...records(one, "environment")].some(({ name }) => name === "DB_URL"),
  );
  return text(withDatabase ?? containers[0] ?? {}, "name") ?? "";
}
