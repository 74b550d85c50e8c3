import { type Input, record, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { type LogGroup, newLogGroup } from "./streams.ts";

/** The options of a container's awslogs driver; undefined for another driver. */
export function awslogsOptions(registered: Input): Input | undefined {
  const configuration = record(registered, "logConfiguration") ?? {};
  const options = record(configuration, "options") ?? {};
  return text(configuration, "logDriver") === "awslogs" && text(options, "awslogs-group") ? options : undefined;
}

/** The driver's group; undefined where it does not exist, and the driver was not told to make it. [D] */
export function driverGroup(world: World, options: Input): LogGroup | undefined {
  const name = text(options, "awslogs-group") ?? "";
  const found = world.logs.get(name);
  if (found !== undefined || text(options, "awslogs-create-group") !== "true") return found;
  const made = newLogGroup(name, world.clock.now());
  world.logs.set(name, made);
  return made;
}
