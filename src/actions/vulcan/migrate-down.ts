import { type Attempt, defineAction, type Probe, type Verdict } from "../../domain/action.ts";
import { familyOf } from "../../domain/aws/ecs.ts";
import type { ContainerOutcome } from "../../domain/container-shell.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import { poll } from "../poll.ts";
import {
  type DownState,
  downCommand,
  downConsequence,
  downInputs,
  downReplaces,
  planDown,
  readDownState,
} from "./down/plan.ts";
import { type DownEnd, judgeDown } from "./down/verify.ts";

const inputs = {
  ...downInputs,
  image: { type: "taskDefinition", description: "The revision whose image holds the Down code." },
  task: { type: "string", description: "Id of the task in which it runs." },
  container: { type: "string", description: "Its container." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation extends DownState {
  readonly cluster: string;
  /** The revision that the service runs, and its deployment. */
  readonly running: string;
  readonly deployment: string;
}

/** `vulcan migrate down N` by ECS Exec, started at most once, followed over lost connections, judged by the table. */
export const migrateDown = defineAction<ActionServices, typeof inputs, Observation>({
  name: "vulcan.migrateDown",
  summary: "Roll back migrations by ECS Exec in a running container, at most once.",
  risk: "destructive",
  requests: ["container:ExecuteCommand"],
  irreversible: true,
  mustNotBeDisturbed: true,
  inputs,
  outputs: {},
  consequence: downConsequence,
  replaces: downReplaces,

  async observe(_given, context) {
    const { services, target } = context;
    const { cluster, service: name } = target;
    const [state, service] = await Promise.all([readDownState(context), services.aws.ecs.service(cluster, name)]);
    const deployment = primaryOf(service)?.id ?? "";
    return { kind: "observed", value: { ...state, cluster, running: service.taskDefinition, deployment } };
  },

  plan(given, observation) {
    const { cluster, running, deployment } = observation;
    const { task, container, count, image } = given;
    const input = { cluster, task, container, argv: downCommand(count), rows: given.before };
    const isOther = running !== image;
    const changed = block(
      "image-changed",
      `the service runs ${running}, not ${image}, whose image holds the Down code`,
    );
    const operation = { service: "container", name: "ExecuteCommand", input };
    const where = `container ${container} of task ${task} (${image})`;
    return planDown(given, observation, { operation, where, basis: { running, deployment } }, isOther ? [changed] : []);
  },

  verify: (given, attempt, context) => follow(given, attempt, context),
  probe: (given, attempt, context) => probe(given, attempt, context),
});

const shellOf = ({ task, container }: Inputs, { services, target }: ActionReadContext) =>
  services.container({ cluster: target.cluster, task, container });

/** Follows its output from the first line on, whatever started it. Then the table decides. */
async function follow(given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    context.progress(line);
  };
  const outcome = await inTime(context, (signal) =>
    shellOf(given, context).attach(attempt.key ?? "", downCommand(given.count), { signal, onLine }),
  );
  context.signal.throwIfAborted();
  return judgeDown(given, await endOf(given, outcome, lines, context), context);
}

type Followed = ContainerOutcome | { readonly kind: "absent" } | { readonly kind: "lost"; readonly why: string };

/** Ends also when the step's own time is up: otherwise it would follow a Down that waits for a lock forever. */
async function inTime(
  { clock, deadline, signal }: ActionVerifyContext,
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

/** Without its exit code, the command has ended only if the container says so or is gone. */
async function endOf(
  given: Inputs,
  outcome: Followed,
  lines: readonly string[],
  context: ActionVerifyContext,
): Promise<DownEnd> {
  if (outcome.kind === "exited") return { kind: "exited", code: outcome.code, lines };
  if (outcome.kind === "absent")
    return { kind: "unknown", why: "the container knows nothing of it", lines, isOver: true };
  const isOver = (outcome.kind === "unknown" && outcome.over === true) || (await isTaskGone(given, context));
  return { kind: "unknown", why: outcome.why, lines, isOver };
}

/** Waits for a task that has begun to stop: until then its containers may live. */
function isTaskGone({ task, image }: Inputs, context: ActionVerifyContext): Promise<boolean> {
  const { services, target } = context;
  return poll<boolean>(context, POLL_MS, async () => {
    const found = await services.aws.ecs.familyTasks(target.cluster, familyOf(image)).catch(() => undefined);
    const status = found?.find(({ id }) => id === task)?.status ?? "STOPPED";
    if (found === undefined || status === "RUNNING") return { end: false };
    return status === "STOPPED" ? { end: true } : { late: false, text: `task ${task} is ${status}` };
  });
}

const POLL_MS = 4000;

/** The container's own latch shows it. Without the container, the table does. */
async function probe(given: Inputs, { key = "" }: Attempt, context: ActionReadContext): Promise<Probe> {
  const found = await shellOf(given, context)
    .attach(key, downCommand(given.count), { signal: AbortSignal.timeout(GLANCE_MS) })
    .catch((error: Error) => ({ kind: "lost" as const, why: error.message }));
  if (found.kind === "absent") return { kind: "notDone", evidence: "the container has never been asked to start it" };
  if (found.kind === "exited") return { kind: "done", evidence: `it ran, and exited with ${found.code}` };
  return { kind: "inProgress", evidence: `it may be running: ${found.why}` };
}

/** Long enough for a session to report whether the latch exists: the agent alone takes a second. */
const GLANCE_MS = 10_000;
