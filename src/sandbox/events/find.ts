import { AwsError } from "../http/aws-error.ts";
import { type Input, required, text } from "../http/input.ts";
import type { World } from "../world.ts";
import type { Rule } from "./rule.ts";

/** Of the buses there is the default one. */
export function assertDefaultBus(input: Input): void {
  const bus = text(input, "EventBusName") ?? "default";
  if (bus !== "default" && !bus.endsWith(":event-bus/default"))
    throw new AwsError("ResourceNotFoundException", `Event bus ${bus} does not exist.`);
}

export function findRule(world: World, name: string, input: Input): Rule {
  assertDefaultBus(input);
  const rule = world.rules.get(name);
  if (rule !== undefined) return rule;
  throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
}

export function findTagged(world: World, input: Input): Rule {
  const arn = required(input, "ResourceARN");
  const rule = [...world.rules.values()].find((one) => one.arn === arn);
  if (rule !== undefined) return rule;
  throw new AwsError("ResourceNotFoundException", `Rule ${arn} does not exist.`);
}
