import { presentTopic } from "../../actions/alerts/check.ts";
import { topicOf } from "../../checks/alarms/documented-alarms.ts";
import { commandLine } from "../../domain/command-line.ts";
import type { Form } from "../../domain/declared/declared.ts";
import type { OpenTarget } from "../open-target.ts";

const LINES: Readonly<Record<Form, (topic: string) => string>> = {
  aws: (topic) => commandLine`vulcan-ops alerts --topic ${topic} --print aws`,
  terraform: (topic) => commandLine`vulcan-ops alerts --topic ${topic} --print terraform`,
  cloudformation: (topic) => commandLine`vulcan-ops alerts --topic ${topic} --print cloudformation`,
};

/** The line that prints the documented alerts, with the topic that present alerts notify, where one is known. */
export async function alertsLine(
  open: Pick<OpenTarget, "services" | "target" | "asPasted">,
  form: Form,
): Promise<string> {
  const topic = await topicNow(open).catch(() => undefined);
  return open.asPasted(LINES[form](topic ?? "ARN"));
}

async function topicNow({ services, target }: Pick<OpenTarget, "services" | "target">): Promise<string | undefined> {
  const present = await presentTopic({ services, target });
  if (present !== undefined) return present;
  const [{ targetGroups }, alarms] = await Promise.all([
    services.aws.ecs.service(target.cluster, target.service),
    services.aws.metricAlarms(),
  ]);
  return topicOf(alarms, [...targetGroups, target.database]);
}
