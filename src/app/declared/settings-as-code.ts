import { choiceOf } from "../../checks/exec-subject.ts";
import { subjectOf } from "../../checks/subject.ts";
import { type ContainerChoice, certainContainerName } from "../../domain/aws/application-container.ts";
import { accountRegionOf } from "../../domain/aws/arn.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import { knownDefinition } from "../../domain/aws/known-definition.ts";
import type { Database } from "../../domain/aws/rds.ts";
import type { Form } from "../../domain/declared/declared.ts";
import { printedAs } from "../../domain/declared/printed.ts";
import { declaredSettings, type PresentSettings } from "../../domain/declared/settings.ts";
import type { OpenTarget } from "../open-target.ts";

export interface SettingsAsCode {
  /** Absent where nothing that is known is missing. */
  readonly text?: string;
  /** How many settings are not known. */
  readonly unknown: number;
}

/**
 * The documented settings that the target does not have, in one form, each with what applying it does. Reads only.
 * `note` is told what is not known, one setting a sentence.
 */
export async function settingsAsCode(
  open: Pick<OpenTarget, "services" | "target" | "clock">,
  { form, note }: { readonly form: Form; note(text: string): void },
): Promise<SettingsAsCode> {
  let unknown = 0;
  const present = await readPresent(open, (text) => {
    unknown += 1;
    note(text);
  });
  const declared = declaredSettings(present, open.target);
  if (declared.length === 0) return { unknown };
  const region = open.target.region ?? accountRegionOf(present.service.arn)?.region;
  return { text: printedAs(form, declared, { region, intro: INTRO }), unknown };
}

const INTRO = "Only what is missing: in code, add it to your own resources.";

/** What a read gave: undefined where it failed, which is said then. */
type Maybe<T> = { readonly is: T } | undefined;

interface Read {
  readonly service: Service;
  readonly definition: Maybe<TaskDefinition>;
  readonly choice: Maybe<ContainerChoice | undefined>;
  readonly database: Maybe<Database | undefined>;
}

/** What AWS does not say, though it was read. */
function unknownIn({ service, definition, choice, database }: Read): readonly string[] {
  const { minimumHealthyPercent, maximumPercent, breaker, execEnabled } = service;
  const isUnknown = [minimumHealthyPercent, maximumPercent, breaker].includes(undefined);
  const isContainerUnknown =
    definition !== undefined && choice !== undefined && containerOf(definition, choice) === undefined;
  return [
    ...(isUnknown ? ["percents and circuit breaker of deployments"] : []),
    ...(execEnabled === undefined ? ["ECS Exec"] : []),
    ...(isContainerUnknown ? ["health check: which container is the application's"] : []),
    ...(database === undefined ? [] : backupsUnknown(database.is)),
  ];
}

function backupsUnknown(database: Database | undefined): readonly string[] {
  if (database === undefined) return ["backups: RDS has no instance of that name"];
  if (database.cluster !== undefined) return ["backups: the database is backed up with its cluster"];
  const { retentionDays, deletionProtected } = database;
  return [retentionDays, deletionProtected].includes(undefined) ? ["backups: RDS does not say all of them"] : [];
}

function containerOf({ is: definition }: NonNullable<Read["definition"]>, { is: choice }: NonNullable<Read["choice"]>) {
  const name = choice && certainContainerName(choice);
  return definition.containers.find((one) => one.name === name);
}

async function readPresent(
  { services, target, clock }: Pick<OpenTarget, "services" | "target" | "clock">,
  note: (text: string) => void,
): Promise<PresentSettings> {
  const subject = subjectOf({ services, target, clock });
  const { reads } = subject;
  const service = await reads.ecs.service(target.cluster, target.service);
  const known = <T>(what: string, read: Promise<T>): Promise<Maybe<T>> =>
    read.then(
      (is) => ({ is }),
      (error: Error) => {
        note(`Not read, so left out: ${what} (${error.message}).`);
        return undefined;
      },
    );
  const [definition, choice, database, drains] = await Promise.all([
    known("health check", knownDefinition(reads.ecs, service.taskDefinition)),
    known("the application's container", choiceOf(subject)),
    known("backups", reads.database(target.database)),
    Promise.all(
      service.targetGroups.map((arn) =>
        known(
          `drain of ${arn}`,
          reads.drainSeconds(arn).then((seconds) => ({ arn, seconds })),
        ),
      ),
    ),
  ]);
  for (const what of unknownIn({ service, definition, choice, database })) note(`Not known, so left out: ${what}.`);
  const container = definition && choice && containerOf(definition, choice);
  return {
    service,
    drains: drains.flatMap((one) => (one === undefined ? [] : [one.is])),
    ...(container && { container }),
    ...(database?.is && { database: database.is }),
  };
}
