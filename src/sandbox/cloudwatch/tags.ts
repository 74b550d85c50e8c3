import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { required, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import type { Alarm } from "./alarm.ts";

/** Of what can have tags in CloudWatch, alarms are simulated. [code D] */
function findTagged(world: World, input: Input): Alarm {
  const arn = required(input, "ResourceARN");
  const found = world.alarms.find((alarm) => alarm.arn === arn);
  if (found !== undefined) return found;
  if (/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:(?!alarm:)/.test(arn)) {
    throw new AwsError("NotImplemented", "The sandbox simulates tags of alarms alone.", 501);
  }
  throw new AwsError("ResourceNotFoundException", `Unknown ${arn}`, 404);
}

export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: reading((world, input) => ({ Tags: findTagged(world, input).tags })),

  TagResource: changing((world, input) => {
    const alarm = findTagged(world, input);
    const added = tagsOf(input);
    const keys = added.map(({ Key }) => Key);
    alarm.tags = [...alarm.tags.filter(({ Key }) => !keys.includes(Key)), ...added];
    return {};
  }),

  UntagResource: changing((world, input) => {
    const alarm = findTagged(world, input);
    const removed = texts(input, "TagKeys");
    alarm.tags = alarm.tags.filter(({ Key }) => !removed.includes(Key));
    return {};
  }),
};
