import { type Attempt, defineAction, type Probe, type Verdict } from "../../domain/action.ts";
import { familyOf } from "../../domain/aws/ecs.ts";
import type { ContainerOutcome } from "../../domain/container-shell.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import {
  type DownScene,
  downCommand,
  downConsequence,
  downInputs,
  downReplaces,
  lookAtDown,
  planDown,
} from "./down/plan.ts";
import { type DownEnd, judgeDown } from "./down/verify.ts";

const inputs = {
  ...downInputs,
  image: { type: "taskDefinition", description: "The revision whose image holds the Down code." },
  task: { type: "string", description: "Id of the task in which it runs." },
  container: { type: "string", description: "Its container." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen extends DownScene {
  readonly cluster: string;
  /** What the service runs, and by which deployment. */
  readonly running: string;
  readonly deployment: string;
}

/** `vulcan migrate down N` by ECS Exec, started at most once, followed over lost connections, judged by the table. */
export const migrateDown = defineAction<World, typeof inputs, Seen>({
  name: "vulcan.migrateDown",
  summary: "Take migrations back by ECS Exec in a container that serves; at most once, proven by the table.",
  risk: "destructive",
  irreversible: true,
  keepsHold: true,
  inputs,
  outputs: {},
  consequence: downConsequence,
  replaces: downReplaces,

  async observe(_given, looking) {
    const { world, target } = looking;
    const { cluster, service: name } = target;
    const [scene, service] = await Promise.all([lookAtDown(looking), world.aws.ecs.service(cluster, name)]);
    const deployment = primaryOf(service)?.id ?? "";
    return { kind: "observed", value: { ...scene, cluster, running: service.taskDefinition, deployment } };
  },

  plan(given, seen) {
    const { cluster, running, deployment } = seen;
    const { task, container, count, image } = given;
    const input = { cluster, task, container, argv: downCommand(count), rows: given.before };
    const isOther = running !== image;
    const changed = block(
      "image-changed",
      `the service runs ${running}, not ${image}, whose image holds the Down code`,
    );
    const operation = { service: "container", name: "ExecuteCommand", input };
    const where = `container ${container} of task ${task} (${image})`;
    return planDown(given, seen, { operation, where, basis: { running, deployment } }, isOther ? [changed] : []);
  },

  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  probe: (given, attempt, looking) => probe(given, attempt, looking),
});

const shellOf = ({ task, container }: Inputs, { world, target }: Look) =>
  world.container({ cluster: target.cluster, task, container });

/** Its output, from the first line on, whoever started it; then the table. */
async function follow(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    waiting.progress(line);
  };
  const outcome = await inTime(waiting, (signal) =>
    shellOf(given, waiting).attach(attempt.key ?? "", downCommand(given.count), { signal, onLine }),
  );
  waiting.signal.throwIfAborted();
  return judgeDown(given, await endOf(given, outcome, lines, waiting), waiting);
}

type Followed = ContainerOutcome | { readonly kind: "absent" } | { readonly kind: "lost"; readonly why: string };

/** Until the step's own time is up, too: a Down that waits for a lock would be followed for ever. */
async function inTime(
  { clock, deadline, signal }: Wait,
  following: (signal: AbortSignal) => Promise<Followed>,
): Promise<Followed> {
  const [late, ended] = [new AbortController(), new AbortController()];
  void clock.sleep(deadline - clock.now(), ended.signal).then(
    () => late.abort(),
    () => {}, // it ended before
  );
  return following(AbortSignal.any([signal, late.signal]))
    .catch((error: Error) => ({ kind: "lost" as const, why: error.message }))
    .finally(() => ended.abort())
    .then((found) =>
      late.signal.aborted && found.kind === "unknown" ? { ...found, why: "the time for it is up" } : found,
    );
}

/** Without its exit code it has ended only if the container says so, or is no more. */
async function endOf(given: Inputs, outcome: Followed, lines: readonly string[], waiting: Wait): Promise<DownEnd> {
  if (outcome.kind === "exited") return { kind: "exited", code: outcome.code, lines };
  if (outcome.kind === "absent")
    return { kind: "unknown", why: "the container knows nothing of it", lines, isOver: true };
  const isOver = (outcome.kind === "unknown" && outcome.over === true) || (await isTaskGone(given, waiting));
  return { kind: "unknown", why: outcome.why, lines, isOver };
}

/** A task that has begun to stop is waited for: until then its containers may live. */
async function isTaskGone({ task, image }: Inputs, waiting: Wait): Promise<boolean> {
  const { world, target, clock, deadline, signal, progress } = waiting;
  for (;;) {
    const found = await world.aws.ecs.familyTasks(target.cluster, familyOf(image)).catch(() => undefined);
    if (found === undefined) return false;
    const status = found.find(({ id }) => id === task)?.status ?? "STOPPED";
    if (status === "STOPPED") return true;
    if (status === "RUNNING" || clock.now() >= deadline) return false;
    progress(`task ${task} is ${status}`);
    await clock.sleep(POLL_MS, signal);
  }
}

const POLL_MS = 4000;

/** The container's own latch tells; without the container, the table does. */
async function probe(given: Inputs, { key = "" }: Attempt, looking: Look): Promise<Probe> {
  const found = await shellOf(given, looking)
    .attach(key, downCommand(given.count), { signal: AbortSignal.timeout(GLANCE_MS) })
    .catch((error: Error) => ({ kind: "lost" as const, why: error.message }));
  if (found.kind === "absent") return { kind: "notDone", evidence: "the container has never been asked to start it" };
  if (found.kind === "exited") return { kind: "done", evidence: `it ran, and exited with ${found.code}` };
  return { kind: "inProgress", evidence: `it may be running: ${found.why}` };
}

/** Long enough for a session to say whether the latch is there: the agent alone takes a second. */
const GLANCE_MS = 10_000;
