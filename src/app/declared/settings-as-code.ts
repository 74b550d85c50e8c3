import { choiceOf } from "../../checks/exec-subject.ts";
import { subjectOf } from "../../checks/subject.ts";
import { type ContainerChoice, certainContainerName } from "../../domain/aws/application-container.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { knownDefinition } from "../../domain/aws/known-definition.ts";
import type { Database } from "../../domain/aws/rds.ts";
import type { Form } from "../../domain/declared/declared.ts";
import { printedAs } from "../../domain/declared/printed.ts";
import { declaredSettings, type PresentSettings } from "../../domain/declared/settings.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * The documented settings that the target does not have, in one form, each with what applying it does. Reads only.
 * Undefined where it has all of them. `note` is told what could not be read.
 */
export async function settingsAsCode(
  open: Pick<OpenTarget, "services" | "target" | "clock">,
  { form, note }: { readonly form: Form; note(text: string): void },
): Promise<string | undefined> {
  const declared = declaredSettings(await readPresent(open, note), open.target);
  return declared.length === 0 ? undefined : printedAs(form, declared, { region: open.target.region, intro: INTRO });
}

const INTRO = "Only what is missing: in code, add it to your own resources.";

interface Read {
  readonly service: Service;
  readonly database: Database | undefined;
  readonly choice: ContainerChoice | undefined;
  readonly name: string | undefined;
}

/** What AWS does not say, though it was read. */
function unknownIn({ service, database, choice, name }: Read): readonly string[] {
  const { minimumHealthyPercent, maximumPercent, breaker, execEnabled } = service;
  const isUnknown = [minimumHealthyPercent, maximumPercent, breaker].includes(undefined);
  return [
    ...(isUnknown ? ["percents and circuit breaker of deployments"] : []),
    ...(execEnabled === undefined ? ["ECS Exec"] : []),
    ...(choice !== undefined && name === undefined ? ["health check: which container is the application's"] : []),
    ...(database?.cluster === undefined ? [] : ["backups: the database is backed up with its cluster"]),
  ];
}

async function readPresent(
  { services, target, clock }: Pick<OpenTarget, "services" | "target" | "clock">,
  note: (text: string) => void,
): Promise<PresentSettings> {
  const subject = subjectOf({ services, target, clock });
  const { reads } = subject;
  const service = await reads.ecs.service(target.cluster, target.service);
  const unread = (what: string) => (error: Error) => {
    note(`Not read, so left out: ${what} (${error.message}).`);
    return undefined;
  };
  const [definition, choice, database, drains] = await Promise.all([
    knownDefinition(reads.ecs, service.taskDefinition).catch(unread("health check")),
    choiceOf(subject).catch(unread("the application's container")),
    reads.database(target.database).catch(unread("backups")),
    Promise.all(
      service.targetGroups.map((arn) =>
        reads.drainSeconds(arn).then((seconds) => ({ arn, seconds }), unread(`drain of ${arn}`)),
      ),
    ),
  ]);
  const name = choice && certainContainerName(choice);
  const container = definition?.containers.find((one) => one.name === name);
  for (const what of unknownIn({ service, database, choice, name })) note(`Not known, so left out: ${what}.`);
  return {
    service,
    drains: drains.filter((one) => one !== undefined),
    ...(container && { container }),
    ...(database && { database }),
  };
}
