import { AwsError } from "../http/aws-error.ts";
import { type Input, number, type Output, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading, type ServiceApi } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { nullMember } from "../http/request-error.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { assertDefaultBus, findRule, findTagged } from "./find.ts";
import { fits, readPattern } from "./pattern.ts";
import type { Rule } from "./rule.ts";
import { targetOperations } from "./targets.ts";

const view = ({ name, arn, pattern, state, description, role }: Rule): Output => ({
  Name: name,
  Arn: arn,
  EventPattern: pattern,
  State: state,
  Description: description,
  RoleArn: role,
  EventBusName: "default",
});

/** Tags of a rule that is there stay as they are; what else the request leaves out is gone. [D] */
function putRule(world: World, input: Input): Output {
  assertDefaultBus(input);
  const name = required(input, "Name");
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
    throw new AwsError("ValidationException", `1 validation error detected: Value '${name}' at 'name' failed.`);
  if (text(input, "ScheduleExpression") !== undefined)
    throw new AwsError("NotImplemented", "The sandbox does not simulate rules with a schedule.", 501);
  const pattern = required(input, "EventPattern");
  readPattern(pattern);
  const before = world.rules.get(name);
  const arn = `arn:aws:events:${world.region}:${world.account}:rule/${name}`;
  world.rules.set(name, {
    name,
    arn,
    pattern,
    state: text(input, "State") === "DISABLED" ? "DISABLED" : "ENABLED",
    description: text(input, "Description"),
    role: text(input, "RoleArn"),
    tags: before?.tags ?? tagsOf(input),
    targets: before?.targets ?? [],
  });
  return { RuleArn: arn };
}

/** A rule with targets is kept; one that is not there is no error. [D; text O] */
function deleteRule(world: World, input: Input): Output {
  assertDefaultBus(input);
  const name = required(input, "Name");
  if ((world.rules.get(name)?.targets.length ?? 0) > 0)
    throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
  world.rules.delete(name);
  return {};
}

const ofEvent = ["id", "account", "source", "time", "region", "resources", "detail-type"];

/** Whether an event, given as text, fits a pattern. [D; texts I] */
function testPattern(_world: World, input: Input): Output {
  const pattern = readPattern(required(input, "EventPattern"));
  const event = JSON.parse(required(input, "Event")) as Input;
  const missing = ofEvent.find((name) => event[name] === undefined);
  if (missing !== undefined) throw new AwsError("ValidationException", `Parameter Event is missing ${missing}.`);
  return { Result: fits(pattern, event) };
}

const enable = (state: Rule["state"]): Operation =>
  changing((world, input) => {
    findRule(world, required(input, "Name"), input).state = state;
    return {};
  });

export const eventsApi: ServiceApi = {
  scope: "events",
  name: "events",
  target: "AWSEvents",
  jsonVersion: "1.1",
  wording: { missing: nullMember("ValidationException"), token: "ValidationException" },
  operations: {
    ...targetOperations,
    PutRule: changing(putRule),
    DeleteRule: changing(deleteRule),
    DescribeRule: reading((world, input) => view(findRule(world, required(input, "Name"), input))),
    EnableRule: enable("ENABLED"),
    DisableRule: enable("DISABLED"),
    TestEventPattern: reading(testPattern),

    ListRules: reading((world, input) => {
      assertDefaultBus(input);
      const prefix = text(input, "NamePrefix") ?? "";
      const found = [...world.rules.values()].filter(({ name }) => name.startsWith(prefix));
      const { items, nextToken } = page(found, number(input, "Limit") ?? 100, text(input, "NextToken"), "rules");
      return { Rules: items.map(view), NextToken: nextToken };
    }),

    ListTagsForResource: reading((world, input) => ({ Tags: findTagged(world, input).tags })),

    TagResource: changing((world, input) => {
      const rule = findTagged(world, input);
      const added = tagsOf(input);
      const keys = added.map(({ Key }) => Key);
      rule.tags = [...rule.tags.filter(({ Key }) => !keys.includes(Key)), ...added];
      return {};
    }),

    UntagResource: changing((world, input) => {
      const rule = findTagged(world, input);
      const keys = texts(input, "TagKeys");
      rule.tags = rule.tags.filter(({ Key }) => !keys.includes(Key));
      return {};
    }),
  },
};
