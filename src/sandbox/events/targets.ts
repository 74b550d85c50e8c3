import { AwsError } from "../http/aws-error.ts";
import { number, records, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { findRule } from "./find.ts";
import type { RuleTarget } from "./rule.ts";

/** At most. [D] */
const MOST_TARGETS = 5;

const nothingFailed = { FailedEntryCount: 0, FailedEntries: [] };

export const targetOperations: Readonly<Record<string, Operation>> = {
  /** A target whose id is there is replaced. [D] */
  PutTargets: changing((world, input) => {
    const rule = findRule(world, required(input, "Rule"), input);
    const added = records(input, "Targets").map((one) => {
      const target: RuleTarget = { ...one, Id: required(one, "Id"), Arn: required(one, "Arn") };
      if (target.Arn.split(":")[2] === "sns") return target;
      throw new AwsError("NotImplemented", "The sandbox's rules send to SNS topics alone.", 501);
    });
    const ids = added.map(({ Id }) => Id);
    const targets = [...rule.targets.filter(({ Id }) => !ids.includes(Id)), ...added];
    if (targets.length > MOST_TARGETS)
      throw new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    rule.targets = targets;
    return nothingFailed;
  }),

  RemoveTargets: changing((world, input) => {
    const rule = findRule(world, required(input, "Rule"), input);
    const ids = texts(input, "Ids");
    rule.targets = rule.targets.filter(({ Id }) => !ids.includes(Id));
    return nothingFailed;
  }),

  ListTargetsByRule: reading((world, input) => {
    const { targets } = findRule(world, required(input, "Rule"), input);
    const { items, nextToken } = page(targets, number(input, "Limit") ?? 100, text(input, "NextToken"), "targets");
    return { Targets: items, NextToken: nextToken };
  }),
};
