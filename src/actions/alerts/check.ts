import { alertSources, judgeRegion, judgeTopic } from "../../checks/alarms/alert-topic.ts";
import { judgeBreaker } from "../../checks/deployment/circuit-breaker.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { assertTopic } from "../../domain/alerts/assert-topic.ts";
import { standingRule } from "../../domain/alerts/standing.ts";
import { TARGET_ID } from "../../domain/alerts/wanted.ts";
import { alarmChoices, documentedAlarm, readWatched } from "../../domain/alerts/watched.ts";
import type { Topic } from "../../domain/aws/alerts.ts";
import { accountRegionOf } from "../../domain/aws/arn.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { commandLine, option } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { counted, notChecked, ok, summariseFindings, warn, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { mostConnections } from "../watch/prepare.ts";
import { alarmSetting } from "./alarm-setting.ts";
import { readAlerts } from "./prove.ts";

const inputs = {
  topic: { type: "arn", required: false, description: "SNS topic that gets the alerts. Default is the present one." },
} as const;

interface Observation {
  readonly topic: string;
  readonly most?: number;
  readonly findings: readonly Finding[];
  /** What vulcan-ops did not create, and stays. */
  readonly left: readonly string[];
}

/** Checks that alerts can be sent, and that they would arrive; finds what they are measured by. */
export const checkAlerts = defineAction<ActionServices, typeof inputs, Observation>({
  name: "alerts.check",
  summary: "Check the alerts' topic, the circuit breaker, and what the alerts are measured by.",
  risk: "read",
  inputs,
  outputs: {
    topic: { type: "arn", description: "the topic that gets the alerts" },
    most: { type: "integer", minimum: 1, description: "max_connections of the server; absent where it is not known" },
  },
  observe: async (given, context) => ({ kind: "observed", value: await see(given, context) }),
  plan: (_given, observation) => planCheck(observation),
});

async function see({ topic: given }: Values<typeof inputs>, context: ActionReadContext): Promise<Observation> {
  const { services, target } = context;
  const notes: string[] = [];
  const [service, topic, most] = await Promise.all([
    services.aws.ecs.service(target.cluster, target.service),
    given ?? presentTopic(context),
    mostConnections(context, (note) => void notes.push(note)),
  ]);
  if (topic === undefined) throw topicMissing();
  assertTopic(topic);
  const abroad = judgeRegion(topic, service.arn);
  const findings = [
    ...(abroad.length > 0 ? abroad : await topicFindings(topic, service, context)),
    breakerFinding(service, context),
    ...(await groupFindings(topic, service, context)),
    most === undefined
      ? warn("connections-unmeasured", `max_connections is not known: ${notes.join("; ") || "no SQL"}`, [SQL])
      : ok("connections-measured", `max_connections is ${most.most}, by ${most.how}`),
  ];
  // The steps say it, too; what cannot be read now stops them, not this.
  const alerts = await readAlerts(topic, context).catch(() => []);
  const left = alerts.filter(({ isLeft }) => isLeft).map(({ of, text }) => `${of}: ${text}`);
  return { topic, findings, left, ...(most && { most: most.most }) };
}

/** `asPasted`: adds region and profile, where the plan does not do so. */
export const topicMissing = (asPasted: (line: string) => string = (line) => line) =>
  usageError("topic-missing", "it is not said which SNS topic gets the alerts", [
    asPasted("aws sns list-topics"),
    "vulcan-ops alerts --topic ARN",
  ]);

const SQL = "set VULCAN_DATABASE_URL; it is measured with a read-only session.";
const NO_GROUP = warn("no-target-group", "the service has no target group: no alert on healthy targets");

/** The runbook has a step for each of this many target groups. */
const STEPS_FOR_GROUPS = 2;

/** The lines that make the alarms of the further target groups, with our tag. */
async function groupFindings(
  topic: string,
  { targetGroups }: Service,
  context: ActionReadContext,
): Promise<readonly Finding[]> {
  if (targetGroups.length === 0) return [NO_GROUP];
  if (targetGroups.length <= STEPS_FOR_GROUPS) return [];
  const further = targetGroups.slice(STEPS_FOR_GROUPS);
  const lines = further.map(async (_, index) => {
    const choice = { alert: "hosts", number: STEPS_FOR_GROUPS + index + 1, topic };
    const watched = await readWatched(choice, context.services.aws, context.target);
    const settings = watched && documentedAlarm(watched, { topic }, context.target);
    if (watched === undefined || settings === undefined) return [];
    return watched.alarm === undefined
      ? [awsLine(alarmSetting(watched, choice, context.target).put(settings, true), context.target.region)]
      : [];
  });
  const missing = (await Promise.all(lines)).flat();
  const text = `${counted(missing.length, "target group")} more than there are steps: create their alarms by hand`;
  return missing.length === 0 ? [] : [warn("groups-by-hand", text, missing)];
}

/** Where our rule sends already. */
export async function presentTopic({
  services,
  target,
}: Pick<ActionReadContext, "services" | "target">): Promise<string | undefined> {
  const { found } = await standingRule(services.aws.alerts, target);
  return found?.targets.find(({ id }) => id === TARGET_ID)?.arn;
}

/** A topic that is not there stops; one that may not be read does not. */
async function topicFindings(
  arn: string,
  service: Service,
  { services, target }: ActionReadContext,
): Promise<readonly Finding[]> {
  const found = await services.aws.alerts.topic(arn).catch((error: Error) => error);
  if (found === undefined) {
    const where = option("region", accountRegionOf(arn)?.region ?? "");
    throw usageError("topic-absent", `there is no SNS topic ${arn}`, [commandLine`aws sns list-topics ${where}`]);
  }
  if (found instanceof Error) return [notChecked("whether alerts reach the topic", found.message)];
  const [{ name: rule }, alarms] = await Promise.all([
    standingRule(services.aws.alerts, target),
    Promise.all(alarmChoices(service.targetGroups).map((one) => readWatched(one, services.aws, target))),
  ]);
  const names = alarms.flatMap((one) => one?.name ?? []);
  return judgeTopic(found satisfies Topic, alertSources(service.arn, { rule, alarms: names }));
}

/** ECS sends SERVICE_DEPLOYMENT_FAILED only where the circuit breaker fails a deployment. [D: ECS events] */
function breakerFinding(service: Service, { target }: ActionReadContext): Finding {
  const found = judgeBreaker(service, target);
  if (found.code !== "breaker-off") return found;
  const text =
    "circuit breaker is off: ECS never fails a deployment, so its alert never comes; vulcan-ops doctor has the line";
  return { ...found, code: "breaker-off-no-alert", text };
}

function planCheck({ topic, most, findings, left }: Observation): StepPlan {
  return {
    facts: left.map((text) => ({ label: "Left", text })),
    summary: summariseFindings(`alerts to ${topic.split(":").at(-1) ?? topic}`, findings),
    changes: [],
    findings: worstFirst(findings),
    outputs: { topic, ...(most !== undefined && { most }) },
  };
}
