import type { Failure, Verdict } from "../../domain/action.ts";
import type { Instance, InstanceEvent } from "../../domain/aws/rds.ts";
import type { ActionVerifyContext } from "../../domain/services.ts";
import { clockTime, formatDuration } from "../../domain/time.ts";
import { type Beginning, watchBeginning } from "../nothing-begun.ts";
import { unlessTransient } from "../poll.ts";

/** Poll until `available`, then more often: it may leave that state again. Four reads and two of events a minute. */
const POLL_MS = 15_000;
const CLOSE_POLL_MS = 5000;
const EVENTS_EVERY_MS = 30_000;
/** How many times in a row it has to be available: a first backup or a late change ends that state again. */
const TIMES_AVAILABLE = 3;

/** States that an instance does not leave by itself. The SDK's waiter continues in half of them. (Reference: A3) */
const ENDS: ReadonlySet<string> = new Set([
  "failed",
  "restore-error",
  "insufficient-capacity",
  "storage-full",
  "inaccessible-encryption-credentials",
  "inaccessible-encryption-credentials-recoverable",
  "deleting",
  "deleted",
]);

export const isEnd = (status: string): boolean => ENDS.has(status) || status.startsWith("incompatible-");

/** What differs between waits for an instance. */
export interface InstanceWait {
  readonly name: string;
  /** Epoch ms: earlier events do not count. */
  readonly since: number;
  /** A reason to stop that the status does not show. */
  wrong?(instance: Instance): Failure | undefined;
  /** In words what an available instance still lacks; undefined if nothing. */
  missing?(instance: Instance): string | undefined;
  /** Whether RDS shows that it has begun what was sent. Left out: nothing was sent. Absent `instance`: there is none. */
  begins?(instance: Instance | undefined): Beginning | Promise<Beginning>;
  /** Commands to choose from if the wait ends badly. */
  readonly next: readonly string[];
}

/** Polls the instance until it is available and stays so, ends badly, or time is up. */
export async function waitForInstance(
  watched: InstanceWait,
  context: ActionVerifyContext,
): Promise<Verdict & { instance?: Instance }> {
  const { clock, deadline, signal, progress } = context;
  const begun = clock.now();
  const events = eventsOf(watched, context);
  const watch = watchBeginning({ service: "RDS", since: watched.since, ...startOver(watched) }, clock);
  let times = 0;
  let last: readonly string[] = [];
  for (;;) {
    const read = await readInstance(watched.name, context);
    const { instance } = read ?? {};
    const lines = await events();
    const shown = read === undefined ? "unread" : ((await watched.begins?.(instance)) ?? "begun");
    const unbegun = watch(shown);
    if (unbegun !== undefined) return unbegun;
    if (instance !== undefined) {
      const failure = watched.wrong?.(instance) ?? badEnd(watched, instance, lines);
      if (failure !== undefined) return { kind: "false", failure };
    }
    const unseen = typeof shown === "string" ? "it is not to be seen" : shown.asBefore;
    const missing = instance === undefined ? unseen : stillMissing(watched, instance);
    times = missing === undefined ? times + 1 : 0;
    if (instance !== undefined && times === TIMES_AVAILABLE)
      return { kind: "true", text: `${watched.name} is available`, instance };
    const fresh = lines.filter((line) => !last.includes(line));
    last = lines;
    const text = [statusText(watched, instance, missing, clock.now() - begun), ...fresh].join("\n");
    if (clock.now() >= deadline) return { kind: "open", failure: slow(watched, instance, lines) };
    progress(text, { status: instance?.status ?? null });
    await clock.sleep(instance?.status === "available" ? CLOSE_POLL_MS : POLL_MS, signal);
  }
}

/** Undefined where the read failed transiently: that says nothing about the instance. */
function readInstance(name: string, { services }: ActionVerifyContext) {
  const reading = services.aws.rds.instance(name).then((instance) => ({ instance }));
  return reading.catch(unlessTransient);
}

/** The wait's own commands, if it has any. */
const startOver = ({ next }: InstanceWait) => (next.length === 0 ? {} : { next });

function stillMissing({ missing }: InstanceWait, instance: Instance): string | undefined {
  if (instance.status !== "available") return `it is ${instance.status}`;
  if (instance.pending.length > 0) return `RDS has yet to apply ${instance.pending.join(", ")}`;
  return missing?.(instance);
}

function statusText(
  { name }: InstanceWait,
  instance: Instance | undefined,
  missing: string | undefined,
  ms: number,
): string {
  const storage = instance?.storage;
  const filling = storage === undefined ? "" : `; storage ${storage.status} ${storage.percent ?? "?"} %`;
  const status = instance === undefined ? missing : instance.status;
  const rest = instance?.status === "available" && missing !== undefined ? `, ${missing}` : "";
  return `${name}: ${status}${rest}${filling}, after ${formatDuration(ms / 1000)}`;
}

function badEnd({ name, next }: InstanceWait, { status }: Instance, evidence: readonly string[]): Failure | undefined {
  if (!isEnd(status)) return undefined;
  const text = `${name} is ${status}, and does not leave that by itself; nothing was deleted, and nothing points at it`;
  return { reason: status, text, evidence, next };
}

function slow({ name }: InstanceWait, instance: Instance | undefined, evidence: readonly string[]): Failure {
  const text = `${name} is ${instance?.status ?? "not to be seen"} still; RDS continues`;
  return { reason: "instance-not-ready", text, evidence, next: ["vulcan-ops resume"] };
}

/** The newest events of RDS about the instance. If they cannot be read, the wait continues. */
function eventsOf(
  { name, since }: InstanceWait,
  { services, clock }: ActionVerifyContext,
): () => Promise<readonly string[]> {
  let lines: readonly string[] = [];
  let read = 0;
  return async () => {
    if (clock.now() - read < EVENTS_EVERY_MS) return lines;
    read = clock.now();
    lines = await services.aws.rds.events(name, since).then(
      (events) => events.slice(-MOST_EVENTS).map(eventLine),
      () => lines,
    );
    return lines;
  };
}

const MOST_EVENTS = 4;

const eventLine = ({ at, text }: InstanceEvent): string => `  ${clockTime(at)} ${text}`;
