import type { Target } from "../target.ts";
import type { Grant } from "./iam-grant.ts";
import { GRANTS } from "./iam-grants.ts";
import type { Needs, Write } from "./iam-needs.ts";
import { partitionOfArn, partitionOfRegion } from "./partition.ts";

/** A policy document of IAM. */
export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Grant["condition"];
}

/** What resources are called. What is not known is every name. */
export interface ResourceNames
  extends Partial<
    Pick<Target, "account" | "region" | "cluster" | "service" | "database" | "mutedAlarms" | "announceTopic">
  > {
  /** The first word of its ARNs after `arn`; `aws` where nothing tells. */
  readonly partition?: string;
  /** The table of the shared journal, where one is configured. */
  readonly journalTable?: string;
  /** Its region, where it is not the target's. */
  readonly journalRegion?: string;
  /** Its account, where it is known. */
  readonly journalAccount?: string;
}

/** `region`: only for the partition, where the target pins none. */
export function namesOf(target: Omit<ResourceNames, "partition">, region = target.region): ResourceNames {
  const partition = region === undefined ? partitionOfArn(target.announceTopic ?? "") : partitionOfRegion(region);
  return { ...target, ...(partition !== undefined && { partition }) };
}

/** A statement, what it is for, and where not each run needs it: when. */
export interface Explained {
  readonly sid: string;
  readonly purpose: string;
  readonly only?: string;
}

/** The least policy for these needs on this target. */
export function policyFor(needs: Needs, names: ResourceNames): Policy {
  return { Version: "2012-10-17", Statement: grantsFor(needs).map((grant) => statementOf(grant, names)) };
}

export function explainPolicy(needs: Needs): readonly Explained[] {
  const writes: readonly Write[] = needs.writes;
  return grantsFor(needs).map(({ sid, purpose }) => {
    const when = writes.find((write) => write.sid === sid)?.only;
    return { sid, purpose, ...(when !== undefined && { only: when }) };
  });
}

/** For reads, only the actions that are needed. */
function grantsFor({ reads, writes }: Needs): readonly Grant[] {
  const written = new Set(writes.map(({ sid }) => sid));
  const read = new Set(reads);
  return GRANTS.flatMap((grant) => {
    if (written.has(grant.sid)) return [grant];
    const actions = grant.actions.filter((action) => read.has(action));
    return actions.length === 0 ? [] : [{ ...grant, actions }];
  });
}

function statementOf({ sid, actions, resources, condition }: Grant, names: ResourceNames): Statement {
  const filled = resources.flatMap((resource) => namesIn(resource, names));
  const [first = "*", ...rest] = filled;
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: rest.length === 0 ? first : filled,
    ...(condition !== undefined && { Condition: mapValues(condition, (value) => namesIn(value, names)[0] ?? "*") }),
  };
}

/** A resource of each alarm, where the target names them; else one. */
function namesIn(resource: string, names: ResourceNames): readonly string[] {
  const alarms = resource.includes("{alarm}") ? alarmsOf(names) : [""];
  return alarms.map((alarm) => fill(resource, valuesOf(names, alarm)));
}

/** A policy has room for few thousand characters. (IAM quotas) [D] */
const MOST_ALARMS = 10;

function alarmsOf({ mutedAlarms = "*" }: ResourceNames): readonly string[] {
  const names = mutedAlarms.split(",").map((name) => name.trim());
  return names.length > MOST_ALARMS ? [`${commonBeginning(names)}*`] : names;
}

function commonBeginning([first = "", ...others]: readonly string[]): string {
  const length = [...first].findIndex((char, index) => others.some((other) => other[index] !== char));
  return length < 0 ? first : first.slice(0, length);
}

function valuesOf(
  { announceTopic, ...names }: ResourceNames,
  alarm: string,
): Readonly<Record<string, string | undefined>> {
  const { partition = "aws", region = "*", account = "*", journalRegion = region } = names;
  const topic = announceTopic ?? `arn:${partition}:sns:${region}:${account}:*`;
  return { ...names, partition, alarm, topic, journalRegion };
}

/** IAM's own variables, as `${aws:userid}`, have a colon. */
const fill = (text: string, values: Readonly<Record<string, string | undefined>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "*");

const mapValues = (condition: NonNullable<Grant["condition"]>, change: (value: string) => string) =>
  Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, change(value)])),
    ]),
  );
