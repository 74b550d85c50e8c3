import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { text } from "../http/input.ts";
import type { World } from "../world.ts";
import { collectLogs } from "./collect.ts";
import type { LogGroup } from "./streams.ts";

export const missing = (what: string): never => {
  throw new AwsError("ResourceNotFoundException", `The specified log ${what} does not exist.`);
};

/** The group that a request names, by name or ARN, with all that the tasks have logged until now. */
export function groupOf(world: World, input: Input): LogGroup {
  collectLogs(world);
  const named = text(input, "logGroupName") ?? text(input, "logGroupIdentifier") ?? "";
  const name = named.replace(/^arn:.*:log-group:/, "").replace(/:\*$/, "");
  return world.logs.get(name) ?? missing("group");
}
