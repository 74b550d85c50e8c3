import type * as Sdk from "@aws-sdk/client-eventbridge";
import type { EventRule, EventTarget, Tags } from "../../domain/aws/alerts.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import { readCall } from "../client/read-call.ts";

const sdkOf = (clients: Clients) => Promise.all([clients.events(), import("../sdk/events.ts")]);

/** Undefined where the default event bus has no rule of that name. */
export async function readRule(clients: Clients, name: string): Promise<EventRule | undefined> {
  const [events, sdk] = await sdkOf(clients);
  const found = await readCall("events:DescribeRule", () =>
    events.send(new sdk.DescribeRuleCommand({ Name: name })).catch(absent),
  );
  if (found === undefined) return undefined;
  const [targets, tags] = await Promise.all([
    readTargets(clients, name),
    readCall("events:ListTagsForResource", () => readTags(clients, needed(found.Arn, "Arn"))),
  ]);
  return { ...toRule(found), targets, tags };
}

/** EventBridge lists rules by the beginnings of their names alone, so all are listed. */
export async function readRulesOn(clients: Clients, source: string): Promise<readonly EventRule[]> {
  const [events, sdk] = await sdkOf(clients);
  const all = await readCall("events:ListRules", () =>
    everyPage(async (NextToken) => {
      const answer = await events.send(new sdk.ListRulesCommand({ ...(NextToken && { NextToken }) }));
      return { items: needed(answer.Rules, "Rules"), next: answer.NextToken };
    }),
  );
  const near = all.map(toRule).filter(({ pattern }) => pattern?.includes(source));
  return Promise.all(near.map(async (rule) => ({ ...rule, targets: await readTargets(clients, rule.name), tags: {} })));
}

export async function readMatch(clients: Clients, EventPattern: string, event: JsonObject): Promise<boolean> {
  const [events, sdk] = await sdkOf(clients);
  return readCall("events:TestEventPattern", async () => {
    const input = { EventPattern, Event: JSON.stringify(event) };
    return needed((await events.send(new sdk.TestEventPatternCommand(input))).Result, "Result");
  });
}

async function readTargets(clients: Clients, Rule: string): Promise<readonly EventTarget[]> {
  const [events, sdk] = await sdkOf(clients);
  return readCall("events:ListTargetsByRule", async () => {
    const found = await everyPage(async (NextToken) => {
      const answer = await events.send(new sdk.ListTargetsByRuleCommand({ Rule, ...(NextToken && { NextToken }) }));
      return { items: needed(answer.Targets, "Targets"), next: answer.NextToken };
    });
    return found.map(({ Id, Arn, ...settings }) => ({
      id: needed(Id, "Id of a target"),
      arn: needed(Arn, "Arn of a target"),
      settings: settings as JsonObject,
    }));
  });
}

async function readTags(clients: Clients, ResourceARN: string): Promise<Tags> {
  const [events, sdk] = await sdkOf(clients);
  const { Tags } = await events.send(new sdk.ListTagsForResourceCommand({ ResourceARN }));
  return Object.fromEntries(needed(Tags, "Tags").map(({ Key = "", Value = "" }) => [Key, Value]));
}

function toRule(rule: Sdk.Rule | Sdk.DescribeRuleResponse): Omit<EventRule, "targets" | "tags"> {
  const { Name, EventPattern: pattern, State, Description: description, RoleArn: role } = rule;
  const { ScheduleExpression: schedule } = rule;
  return {
    name: needed(Name, "Name of a rule"),
    state: needed(State, "State of a rule"),
    ...(pattern !== undefined && { pattern }),
    ...(description !== undefined && { description }),
    ...(role !== undefined && { role }),
    ...(schedule !== undefined && { schedule }),
  };
}

function absent(failure: unknown): undefined {
  if ((failure as { name?: string }).name === "ResourceNotFoundException") return undefined;
  throw failure;
}
