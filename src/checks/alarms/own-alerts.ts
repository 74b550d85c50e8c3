import { isOwnAlert } from "../../domain/alerts/names.ts";
import { otherRule } from "../../domain/alerts/other-rule.ts";
import { ruleSettings } from "../../domain/alerts/rule-settings.ts";
import { standingRule } from "../../domain/alerts/standing.ts";
import { failureRule } from "../../domain/alerts/wanted.ts";
import { alarmChoices, documentedAlarm, readWatched } from "../../domain/alerts/watched.ts";
import type { EventRule } from "../../domain/aws/alerts.ts";
import { isTopic } from "../../domain/aws/arn.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { readSetConnections } from "../../domain/aws/set-connections.ts";
import { commandLine } from "../../domain/command-line.ts";
import { ok, warn } from "../../domain/finding.ts";
import { differing } from "../../domain/json.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorSubject } from "../doctor-subject.ts";

export const SET_UP = "vulcan-ops alerts --topic ARN";

export const setUp = (topic: string): string => commandLine`vulcan-ops alerts --topic ${topic}`;

/** The topic is the one that they notify already. */
const RESTORE = "vulcan-ops alerts";

type Read = Pick<DoctorSubject, "reads" | "schema" | "target" | "now">;

/** Whether a rule sends failed deployments of the service (ARN), and whether ours is as it was made. */
export async function ruleFinding(service: string, { reads, target, now }: Read): Promise<Finding> {
  const { found: own } = await standingRule(reads.alerts, target);
  if (own !== undefined && isOwnAlert(own.tags, target)) return judgeRule(own, service, target);
  const other = await otherRule(service, reads.alerts, now);
  return other === undefined
    ? warn("alarm-absent", "no rule sends failed deployments: it is one of those documented", [SET_UP])
    : ok("alert-there", `rule ${other} sends failed deployments`);
}

function judgeRule(rule: EventRule, service: string, target: Target): Finding {
  const { name, targets } = rule;
  const settings = ruleSettings(rule);
  // A role or a schedule besides is no part of what was made.
  const changed = differing(settings, { ...settings, ...failureRule(name, target, service) });
  if (changed.length > 0) return drifted(`rule ${name}`, changed);
  if (!targets.some(({ arn }) => isTopic(arn)))
    return warn("alert-drifted", `rule ${name} sends to no topic`, [SET_UP]);
  return ok("alert-there", `rule ${name} sends failed deployments`);
}

/** Those of our alarms that have been changed since, or that no longer fit max_connections. */
export async function changedAlarms({ targetGroups }: Service, subject: Read): Promise<readonly Finding[]> {
  const { reads, target } = subject;
  const found = alarmChoices(targetGroups).map(async (choice) => {
    const watched = await readWatched(choice, reads, target);
    const own = watched?.alarm;
    if (watched === undefined || own === undefined || !isOwnAlert(own.tags, target)) return [];
    const [topic = ""] = (own.settings.AlarmActions ?? []) as readonly string[];
    const most = choice.alert === "connections" ? await readMost(subject) : undefined;
    const wanted = documentedAlarm(watched, { topic, most }, target);
    const changed = wanted === undefined ? [] : differing(own.settings, wanted);
    return changed.length === 0 ? [] : [drifted(`alarm ${own.name}`, changed)];
  });
  return (await Promise.all(found)).flat();
}

/** By SQL, else by the parameter group; undefined where neither says it. */
const readMost = async ({ reads, schema, target }: Read): Promise<number | undefined> =>
  (await schema.sql?.maxConnections().catch(() => undefined)) ??
  readSetConnections(reads, target.database).catch(() => undefined);

function drifted(what: string, changed: readonly string[]): Finding {
  return warn("alert-drifted", `${what} is not as it was made: ${changed.join(", ")}`, [RESTORE]);
}
