import { aboutAlarm } from "../../actions/alerts/alarm-setting.ts";
import { presentTopic, topicMissing } from "../../actions/alerts/check.ts";
import { mostConnections } from "../../actions/watch/prepare.ts";
import { judgeRegion } from "../../checks/alarms/alert-topic.ts";
import { declaredAlerts } from "../../domain/alerts/declared.ts";
import { alarmChoices, documentedAlarm, readWatched, whyNotPossible } from "../../domain/alerts/watched.ts";
import { accountRegionOf } from "../../domain/aws/arn.ts";
import type { Form } from "../../domain/declared/declared.ts";
import { printedAs } from "../../domain/declared/printed.ts";
import { guardError } from "../../domain/error.ts";
import type { OpenTarget } from "../open-target.ts";
import { type Existing, existingAlerts } from "./existing-alerts.ts";

interface Asked {
  readonly form: Form;
  /** ARN; without it the one that our rule sends to. */
  readonly topic?: string | undefined;
  /** Is told what is left out, and what exists already. */
  note(text: string): void;
}

/**
 * The documented alerts of the target that do not exist, or are ours, in one form. Reads only. Undefined where none is
 * left. Throws usage (exit 6) where no topic is known, a guard (exit 11) where alerts cannot reach it.
 */
export async function alertsAsCode(
  open: Pick<OpenTarget, "services" | "target" | "clock" | "asPasted">,
  { form, topic: given, note }: Asked,
): Promise<string | undefined> {
  const { services, target } = open;
  const [{ arn, targetGroups }, topic, most] = await Promise.all([
    services.aws.ecs.service(target.cluster, target.service),
    given ?? presentTopic({ services, target }),
    mostConnections({ services, target }, note),
  ]);
  if (topic === undefined) throw topicMissing(open.asPasted);
  assertReach(topic, arn, note);
  const found = await Promise.all(alarmChoices(targetGroups).map((one) => readWatched(one, services.aws, target)));
  const all = found.filter((one) => one !== undefined);
  const there = await existingAlerts(arn, all, open).catch((error: Error) => {
    note(`Which alerts exist already is not known, so all are printed: ${error.message}`);
    return NONE;
  });
  for (const text of notesOf(there, form)) note(text);
  const watched = all.filter(({ name }) => !there.others.has(name));
  for (const one of watched)
    if (documentedAlarm(one, { topic, most: most?.most }, target) === undefined)
      note(`Left out: ${aboutAlarm(one)}, because ${whyNotPossible(one)}.`);
  const hasRule = there.otherRule === undefined;
  const declared = declaredAlerts({ service: arn, topic, watched, hasRule, most: most?.most }, target);
  if (declared.length === 0) return undefined;
  const intro = `The documented alerts of ${target.cluster}/${target.service}, to ${topic}.`;
  return printedAs(form, declared, { region: target.region ?? accountRegionOf(arn)?.region, intro });
}

const NONE: Existing = { others: new Map(), own: [] };

/** A topic of another region gets nothing; one of another account may, where both policies let it. */
function assertReach(topic: string, service: string, note: Asked["note"]): void {
  for (const { code, text, next } of judgeRegion(topic, service)) throw guardError(code, text, next);
  const [here, there] = [accountRegionOf(service)?.account, accountRegionOf(topic)?.account];
  if (here !== there) note(`The topic is in account ${there}, the service in ${here}: its policy has to let that in.`);
}

/** Code creates what it names: of what exists already, creating fails. */
function notesOf({ others, otherRule, own }: Existing, form: Form): readonly string[] {
  return [
    ...(otherRule === undefined ? [] : [`Left out: rule ${otherRule} sends failed deployments already.`]),
    ...[...others.values()].map((text) => `Left out: ${text}.`),
    ...(form === "aws" || own.length === 0
      ? []
      : [`These exist, created by vulcan-ops: import them, or delete them first: ${own.join(", ")}.`]),
  ];
}
