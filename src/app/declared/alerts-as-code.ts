import { presentTopic, topicMissing } from "../../actions/alerts/check.ts";
import { mostConnections } from "../../actions/watch/prepare.ts";
import { declaredAlerts } from "../../domain/alerts/declared.ts";
import { alarmChoices, readWatched } from "../../domain/alerts/watched.ts";
import type { Form } from "../../domain/declared/declared.ts";
import { printedAs } from "../../domain/declared/printed.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * The documented alerts of the target in one form. Reads only. `topic`: ARN; without it the one that our rule sends to.
 * `note` is told what is left out. Throws usage (exit 6) where no topic is known.
 */
export async function alertsAsCode(
  { services, target }: Pick<OpenTarget, "services" | "target">,
  { form, topic: given, note }: { readonly form: Form; readonly topic?: string | undefined; note(text: string): void },
): Promise<string> {
  const [{ arn, targetGroups }, topic, most] = await Promise.all([
    services.aws.ecs.service(target.cluster, target.service),
    given ?? presentTopic({ services, target }),
    mostConnections({ services, target }, note),
  ]);
  if (topic === undefined) throw topicMissing();
  if (most === undefined) note("The alert on database connections is left out: max_connections is not known.");
  const found = await Promise.all(alarmChoices(targetGroups).map((one) => readWatched(one, services.aws, target)));
  const watched = found.filter((one) => one !== undefined);
  const intro = `The documented alerts of ${target.cluster}/${target.service}, to ${topic}.`;
  const declared = declaredAlerts({ service: arn, topic, watched, most: most?.most }, target);
  return printedAs(form, declared, { region: target.region, intro });
}
