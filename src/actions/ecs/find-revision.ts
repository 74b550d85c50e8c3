import { defineAction, type StepPlan } from "../../domain/action.ts";
import { describeToFile } from "../../domain/aws/copy-revision.ts";
import {
  familyOf,
  type HistoryRow,
  revisionOf,
  type Service,
  type ServiceDeployment,
  type TaskDefinition,
} from "../../domain/aws/ecs.ts";
import { namedRevision, revisionText } from "../../domain/aws/named-revision.ts";
import { releaseOf } from "../../domain/aws/release-of.ts";
import { type RankedRevisions, rankRevisions } from "../../domain/aws/revision-history.ts";
import { commandLine } from "../../domain/command-line.ts";
import { isRefused, isTransient, OpsError, usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Finding } from "../../domain/operation.ts";
import { releaseChange } from "../../domain/release.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { alreadyRolledBack } from "./revision/already-rolled-back.ts";
import type { RevisionEvidence } from "./revision/evidence.ts";
import { evidenceFor } from "./revision/evidence.ts";

const inputs = {
  to: {
    type: "revision",
    required: false,
    description: "Revision to roll back to. Default is the newest good one.",
  },
  forceFurther: {
    type: "boolean",
    required: false,
    description: "Roll back past the revision that ECS already restored.",
  },
} as const;

type Inputs = Values<typeof inputs>;

/** Chooses the revision to return to: the one named, or the newest one that served well before the current one. */
export const findRevision = defineAction<ActionServices, typeof inputs, RevisionEvidence>({
  name: "ecs.findRevision",
  summary: "Choose the revision to roll back to, with evidence from the deployment history.",
  risk: "read",
  choosesEarlierUnless: "to",
  inputs,
  outputs: {
    taskDefinition: { type: "taskDefinition", description: "family:revision to roll back to" },
    revision: { type: "revision", description: "its revision number, with the family where it is not the service's" },
    image: { type: "string", required: false, description: "image of the application's container there" },
    previous: { type: "taskDefinition", description: "family:revision that the service runs now" },
    previousImage: { type: "string", required: false, description: "image of the application's container now" },
  },

  early: ({ to }) => [
    "currentRevision",
    "newestDeployment",
    ...(to === undefined ? (["previousRevision"] as const) : []),
  ],

  async observe(given, context) {
    return { kind: "observed", value: await find(given, context) };
  },

  plan: (given, evidence) => planFind(given, evidence),
});

async function find({ to }: Inputs, { services, target, clock }: ActionReadContext): Promise<RevisionEvidence> {
  const { ecs } = services.aws;
  const reading = ecs.service(target.cluster, target.service);
  // A named revision needs no history: its read does not wait for it.
  const naming = reading.then((found) => named(to, found, ecs));
  naming.catch(() => undefined);
  const [service, past, marks] = await Promise.all([
    reading,
    readPast(ecs.history(target.cluster, target.service), to === undefined ? NEEDED_MS : NAMED_MS),
    // A failed read of our own record must not stop this.
    services.failedRevisions().catch((failure: Error) => failure),
  ]);
  const history = "unread" in past ? undefined : past;
  const known = marks instanceof Error ? [] : marks;
  const verdict = rankRevisions(history ?? [], service.taskDefinition, clock.now(), known);
  const wanted = to === undefined ? undefined : namedRevision(to, service);
  // A history that was not read proves nothing, so no revision follows from it.
  const name = wanted ?? verdict.proven[0]?.taskDefinition;
  const proof = verdict.proven.find(({ taskDefinition }) => taskDefinition === name)?.deployment;
  const [definition, current, below, details] = await Promise.all([
    name === undefined || name === wanted ? naming : ecs.taskDefinition(name),
    // It only names the release that the service runs.
    name === undefined ? undefined : ecs.taskDefinition(service.taskDefinition).catch(() => undefined),
    name === undefined && history === undefined ? activeBelow(service, services) : undefined,
    Promise.all([history?.[0]?.arn, proof].filter(isNew).map((arn) => detailOf(arn, ecs))),
  ]);
  if (wanted !== undefined && definition === undefined) throw await absentRevision(wanted, service, verdict, services);
  const detail = (arn: string | undefined) => details.find((candidate) => candidate?.arn === arn);
  return {
    service,
    history,
    ...("unread" in past ? past : {}),
    ...(marks instanceof Error && { marksUnread: marks.message }),
    verdict,
    wanted,
    definition,
    current,
    container: target.container,
    ...(below && { below }),
    newest: detail(history?.[0]?.arn),
    speaking: detail(proof),
  };
}

async function named(
  to: Inputs["to"],
  service: Service,
  { taskDefinition }: ActionServices["aws"]["ecs"],
): Promise<TaskDefinition | undefined> {
  return to === undefined ? undefined : taskDefinition(namedRevision(to, service));
}

/**
 * Without the history no revision is proposed, which costs an operator more than a few seconds. If the operator names
 * the revision, the history is only evidence. Then the prompt does not wait for it.
 */
const NEEDED_MS = 8000;
const NAMED_MS = 1000;
const LISTED_MS = 2500;
const DETAILS_MS = 1000;

/** This is evidence for the choice, not the choice: undefined where it cannot be read. One by one, as others ask. */
async function detailOf(
  arn: string,
  { deployments }: ActionServices["aws"]["ecs"],
): Promise<ServiceDeployment | undefined> {
  const [found] = await withTimeLimit(DETAILS_MS, deployments([arn])).catch(() => []);
  return found;
}

const isNew = (arn: string | undefined, index: number, all: readonly unknown[]): arn is string =>
  arn !== undefined && all.indexOf(arn) === index;

async function readPast(
  reading: Promise<readonly HistoryRow[]>,
  ms: number,
): Promise<readonly HistoryRow[] | { readonly unread: string }> {
  try {
    return await withTimeLimit(ms, reading);
  } catch (failure) {
    return unreadable(failure);
  }
}

/** A failed read must not stop an operator who names the revision. */
function unreadable(failure: unknown): { readonly unread: string } {
  if (isRefused(failure))
    return { unread: `these credentials may not read the deployment history (${deniedIn(failure)})` };
  const isPassing = isTransient(failure) || !(failure instanceof OpsError);
  if (isPassing) return { unread: `the deployment history could not be read just now (${(failure as Error).message})` };
  throw failure;
}

/** The history takes two calls. AWS's own message says which of them was denied. */
function deniedIn(failure: unknown): string {
  return /\becs:[A-Z]\w+/.exec((failure as Error).message.split("perform").at(-1) ?? "")?.[0] ?? HISTORY_CALL;
}

const HISTORY_CALL = "ecs:ListServiceDeployments";

/** The revisions that the operator may choose from; undefined if they cannot be listed in time. */
async function activeBelow(
  { taskDefinition: current }: Service,
  { aws }: ActionServices,
): Promise<readonly string[] | undefined> {
  const listing = aws.ecs.revisions(familyOf(current), revisionOf(current));
  const known = await withTimeLimit(LISTED_MS, listing).catch(() => undefined);
  return known?.filter((name) => revisionOf(name) < revisionOf(current));
}

async function absentRevision(
  wanted: string,
  { taskDefinition: current }: Service,
  { proven, rejected }: RankedRevisions,
  { aws }: ActionServices,
): Promise<Error> {
  const family = familyOf(wanted);
  const isOwn = family === familyOf(current);
  const known = await aws.ecs.revisions(family, isOwn ? revisionOf(current) : undefined);
  const bad = new Set([current, ...rejected.map(({ taskDefinition }) => taskDefinition)]);
  const lower = known.filter((name) => (!isOwn || revisionOf(name) < revisionOf(current)) && !bad.has(name));
  const isThere = (name: string) => known.includes(name) || familyOf(name) !== family;
  const good = proven.map(({ taskDefinition }) => taskDefinition).filter(isThere);
  const sameNumber = good.filter((name) => revisionOf(name) === revisionOf(wanted));
  return usageError(
    "revision-absent",
    `there is no task definition ${wanted}; ACTIVE revisions of ${family}: ${known.map(revisionOf).slice(0, 10).join(", ") || "none"}`,
    [...sameNumber, ...good, ...lower]
      .slice(0, 1)
      .map((name) => commandLine`vulcan-ops rollback --to ${revisionText(name, current)}`),
  );
}

function planFind(given: Inputs, evidence: RevisionEvidence): StepPlan {
  const { definition, service } = evidence;
  const back = alreadyRolledBack(evidence, given.forceFurther === true);
  if (definition === undefined) {
    const isStopped = back.some(({ level }) => level === "block");
    const findings = isStopped
      ? back
      : [...back, evidence.history === undefined ? unread(evidence) : nothingProven(evidence)];
    const summary =
      evidence.history === undefined ? "no revision can be chosen" : "no earlier revision is known to be good";
    return { summary, changes: [], outputs: {}, findings };
  }
  const isOwn = familyOf(definition.name) === familyOf(service.taskDefinition);
  const [from, to] = releases(evidence, definition);
  const outputs = {
    taskDefinition: definition.name,
    revision: isOwn ? revisionOf(definition.name) : definition.name,
    ...(to.image !== undefined && { image: to.image }),
    previous: service.taskDefinition,
    ...(from.image !== undefined && { previousImage: from.image }),
  };
  const findings = [...evidenceFor(evidence, definition), ...back, ...inactive(definition)];
  const change = releaseChange(from, to, familyOf(service.taskDefinition));
  const isSame = from.taskDefinition === to.taskDefinition;
  return { summary: change, ...(!isSame && { goal: `roll back ${change}` }), changes: [], outputs, findings };
}

function releases({ service, current, container }: RevisionEvidence, definition: TaskDefinition) {
  return [
    releaseOf(service.taskDefinition, current, service, container),
    releaseOf(definition.name, definition, service, container),
  ] as const;
}

/** How many of the revisions to choose from are named. */
const MOST_NAMED = 5;

function unread({ service, unread = "", below }: RevisionEvidence): Finding {
  const names = (below ?? []).slice(0, MOST_NAMED).map(revisionOf).join(", ");
  const known = below?.length === 0 ? "none" : `${names}, good or bad`;
  const choice = below === undefined ? "" : `; ACTIVE revisions below ${service.taskDefinition}: ${known}`;
  return {
    level: "block",
    code: "history-unread",
    text: `${unread}, so no revision is chosen: name one with --to REV${choice}`,
    next: ["vulcan-ops rollback --to REV", "vulcan-ops doctor"],
  };
}

function nothingProven(evidence: RevisionEvidence): Finding {
  const { service, history, verdict } = evidence;
  const isRecorded = history?.some((row) => row.status === "SUCCESSFUL") === true;
  const passed = verdict.rejected.map(({ taskDefinition, why }) => `${taskDefinition}: ${why}`).slice(0, 3);
  const record = isRecorded
    ? ["only", service.taskDefinition, "has a successful deployment on record"]
    : ["no successful deployment of", service.name, "is on record"];
  return {
    level: "block",
    code: "nothing-to-revert",
    text: `${[record.join(" "), ...passed].join("; ")}: no revision to roll back to; name one with --to REV`,
  };
}

function inactive(definition: TaskDefinition): Finding[] {
  if (definition.status === "ACTIVE") return [];
  const text = `${definition.name} is ${definition.status}: ECS does not start its tasks; choose another revision, or register a copy`;
  const next = [
    describeToFile(definition.name, []),
    'vulcan-ops rollback --to "$(aws ecs register-task-definition --cli-input-json file://copy.json --query taskDefinition.revision --output text)"',
  ];
  return [{ level: "block", code: "revision-inactive", text, next }];
}
