import type { Failure, Verdict } from "../../domain/action.ts";
import type { Instance, InstanceEvent } from "../../domain/aws/rds.ts";
import { isTransient } from "../../domain/error.ts";
import type { Wait } from "../../domain/services.ts";
import { clockTime, formatDuration } from "../../domain/time.ts";

/** Until `available` is seen; then oftener, for it may leave that state again. Four reads and two of events a minute. */
const POLL_MS = 15_000;
const CLOSE_POLL_MS = 5000;
const EVENTS_EVERY_MS = 30_000;
/** So often in a row it has to be available: a first backup or a late change takes it out again. */
const TIMES_AVAILABLE = 3;

/** What an instance does not leave by itself. The SDK's waiter waits on in half of them. (Reference: A3) */
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

const isEnd = (status: string): boolean => ENDS.has(status) || status.startsWith("incompatible-");

/** What is told apart while an instance is on its way. */
export interface Watched {
  readonly name: string;
  /** Epoch ms: what happened before is none of it. */
  readonly since: number;
  /** A reason to stop that is not in its status. */
  wrong?(instance: Instance): Failure | undefined;
  /** In words what is still missing where it is available; undefined where nothing is. */
  missing?(instance: Instance): string | undefined;
  /** Commands to choose from where it ends badly. */
  readonly next: readonly string[];
}

/** Follows it to the end by polls of our own: until it is available and stays so, ends badly, or time is up. */
export async function watchInstance(watched: Watched, waiting: Wait): Promise<Verdict & { instance?: Instance }> {
  const { clock, deadline, signal, progress } = waiting;
  const begun = clock.now();
  const events = eventsOf(watched, waiting);
  let times = 0;
  let last: readonly string[] = [];
  for (;;) {
    const instance = await waiting.world.aws.rds.instance(watched.name).catch(unlessTransient);
    const lines = await events();
    if (instance !== undefined) {
      const failure = watched.wrong?.(instance) ?? badEnd(watched, instance, lines);
      if (failure !== undefined) return { kind: "false", failure };
    }
    const missing = instance === undefined ? "it is not to be seen" : stillMissing(watched, instance);
    times = missing === undefined ? times + 1 : 0;
    if (instance !== undefined && times === TIMES_AVAILABLE)
      return { kind: "true", text: `${watched.name} is available`, instance };
    const fresh = lines.filter((line) => !last.includes(line));
    last = lines;
    const text = [told(watched, instance, missing, clock.now() - begun), ...fresh].join("\n");
    if (clock.now() >= deadline) return { kind: "open", failure: slow(watched, instance, lines) };
    progress(text, { status: instance?.status ?? null });
    await clock.sleep(instance?.status === "available" ? CLOSE_POLL_MS : POLL_MS, signal);
  }
}

function unlessTransient(error: unknown): undefined {
  if (isTransient(error)) return undefined;
  throw error;
}

function stillMissing({ missing }: Watched, instance: Instance): string | undefined {
  if (instance.status !== "available") return `it is ${instance.status}`;
  if (instance.pending.length > 0) return `RDS has yet to apply ${instance.pending.join(", ")}`;
  return missing?.(instance);
}

function told({ name }: Watched, instance: Instance | undefined, missing: string | undefined, ms: number): string {
  const storage = instance?.storage;
  const filling = storage === undefined ? "" : `; storage ${storage.status} ${storage.percent ?? "?"} %`;
  const status = instance === undefined ? missing : instance.status;
  const rest = instance?.status === "available" && missing !== undefined ? `, ${missing}` : "";
  return `${name}: ${status}${rest}${filling}, after ${formatDuration(ms / 1000)}`;
}

function badEnd({ name, next }: Watched, { status }: Instance, evidence: readonly string[]): Failure | undefined {
  if (!isEnd(status)) return undefined;
  const text = `${name} is ${status}, and does not leave that by itself; nothing was deleted, and nothing points at it`;
  return { reason: status, text, evidence, next };
}

function slow({ name }: Watched, instance: Instance | undefined, evidence: readonly string[]): Failure {
  const text = `${name} is ${instance?.status ?? "not to be seen"} still; RDS goes on with it`;
  return { reason: "instance-not-ready", text, evidence, next: ["vulcan-ops resume"] };
}

/** The newest lines of RDS's own log of events. Not to be had: nothing to stop for. */
function eventsOf({ name, since }: Watched, { world, clock }: Wait): () => Promise<readonly string[]> {
  let lines: readonly string[] = [];
  let read = 0;
  return async () => {
    if (clock.now() - read < EVENTS_EVERY_MS) return lines;
    read = clock.now();
    lines = await world.aws.rds.events(name, since).then(
      (events) => events.slice(-MOST_EVENTS).map(eventLine),
      () => lines,
    );
    return lines;
  };
}

const MOST_EVENTS = 4;

const eventLine = ({ at, text }: InstanceEvent): string => `  ${clockTime(at)} ${text}`;
