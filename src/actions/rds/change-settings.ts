import type { Attempt, Probe, StepPlan, Verdict } from "../../domain/action.ts";
import type { Instance, Settings } from "../../domain/aws/rds.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block } from "../../domain/finding.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { ActionReadContext, ActionVerifyContext } from "../../domain/services.ts";
import { consistentBy } from "../../domain/time.ts";
import type { Beginning } from "../nothing-begun.ts";
import { poll } from "../poll.ts";
import { alignRequest, settingsIn, toChange } from "./modify-request.ts";
import { waitForInstance } from "./wait-for-instance.ts";

/**
 * One ModifyDBInstance that gives an instance these settings. The undo sends the old ones, which `undo` gets as
 * `values`. Undefined if the instance has them already.
 */
export function planSettings(now: Instance, wanted: Settings, undo: JsonObject): StepPlan | undefined {
  const { id: name } = now;
  const change = toChange(now.settings, wanted);
  const names = Object.keys(change);
  if (names.length === 0) return undefined;
  const nothing = { changes: [], findings: [], outputs: {} };
  const summary = `${name}: ${names.join(", ")}`;
  if (now.status !== "available") {
    const text = `${name} is ${now.status}: RDS takes no change now`;
    return { ...nothing, summary, findings: [block("instance-busy", text, ["vulcan-ops resume"])] };
  }
  const old = Object.fromEntries(names.map((setting) => [setting, now.settings[setting] ?? null]));
  return {
    ...nothing,
    summary,
    deed: {
      verb: "change",
      past: "changed",
      object: `${names.length === 1 ? names[0] : `${names.length} settings`} of ${name}`,
    },
    changes: names.map((property) => ({
      subject: `instance ${name}`,
      property,
      before: old[property] as Json,
      after: change[property] as Json,
    })),
    proposal: {
      operation: alignRequest(name, change, wanted),
      undo: {
        kind: "operation",
        operation: alignRequest(name, toChange(change, old), old),
        with: { ...undo, values: JSON.stringify(old) },
      },
      basis: { resource: now.resourceId, settings: old },
      consequence: name,
    },
  };
}

/** RDS shows a modification, such as another name, in an instance's status after some seconds; 8 were seen. [O] */
export const SHOWN_AFTER_MS = 15_000;

/** Time until a request shows in the status. [O: some seconds] */
const REACTION_MS = 30_000;
const PROBE_POLL_MS = 5000;

export async function probeSettings(name: string, attempt: Attempt, context: ActionReadContext): Promise<Probe> {
  const wanted = settingsIn(attempt.operation?.input ?? {});
  const { clock, services } = context;
  const deadline = consistentBy(attempt, REACTION_MS, clock.now());
  return poll<Probe>({ clock, deadline }, PROBE_POLL_MS, async () => {
    const now = await services.aws.rds.instance(name);
    if (now === undefined) return { end: { kind: "unknown", evidence: `there is no instance ${name}` } };
    const open = Object.keys(toChange(now.settings, wanted));
    if (open.length === 0) return { end: { kind: "done", evidence: `${name} has these settings` } };
    if (now.status !== "available" || now.pending.length > 0)
      return { end: { kind: "inProgress", evidence: `${name} is ${now.status}` } };
    return { late: { kind: "notDone", evidence: `${name} has not got ${open.join(", ")}` } };
  });
}

/** Waits until the settings are in force. */
export async function followSettings(
  name: string,
  { operation, basis, confirmedAt = "" }: Attempt,
  context: ActionVerifyContext,
): Promise<Verdict> {
  const wanted = settingsIn(operation?.input ?? {});
  const missing = ({ settings }: Instance): string | undefined => {
    const open = Object.keys(toChange(settings, wanted));
    return open.length === 0 ? undefined : `not in force yet: ${open.join(", ")}`;
  };
  const changed = Object.keys((basis?.settings as Settings | undefined) ?? wanted);
  const begins = (instance: Instance | undefined): Beginning => {
    if (instance?.status !== "available" || instance.pending.length > 0) return "begun";
    const open = Object.keys(toChange(instance.settings, wanted));
    if (open.length === 0 || !changed.every((setting) => open.includes(setting))) return "begun";
    return { asBefore: `${name} is available with nothing pending, and has not got ${open.join(", ")}` };
  };
  const since = Date.parse(confirmedAt);
  const verdict = await waitForInstance({ name, since, missing, begins, next: [] }, context);
  if (verdict.kind !== "true") return verdict;
  const isStale = verdict.instance?.parameterGroups[0]?.status === "pending-reboot";
  const reboot = commandLine`; its parameter group wants a reboot: aws rds reboot-db-instance --db-instance-identifier ${name}`;
  return { kind: "true", text: `${name} has ${Object.keys(wanted).join(", ")}${isStale ? reboot : ""}` };
}

/**
 * An instance can leave `available` between our last read and the request: its first backup begins, for one. Right after
 * the refusal a read may still show `available`. [O]
 */
export const busyInstance = <I>(nameIn: (inputs: I) => string) => ({
  refusal: /\bInvalidDBInstanceState/,
  wait: async (inputs: I, context: ActionReadContext, signal: AbortSignal): Promise<boolean> => {
    await context.clock.sleep(POLL_MS, signal);
    return (await awaitModifiable(nameIn(inputs), context, signal))?.status === "available";
  },
});

const POLL_MS = 10_000;
const POLLS = 30;

/**
 * RDS takes changes of an available instance only. Waits for that (its first backup, say): five minutes at most, and not
 * for a plan, which shows one moment.
 */
export async function awaitModifiable(
  name: string,
  { services, clock, isSnapshot }: ActionReadContext,
  signal?: AbortSignal,
): Promise<Instance | undefined> {
  for (let poll = 0; ; poll++) {
    const now = await services.aws.rds.instance(name);
    if (now === undefined || now.status === "available" || isSnapshot || poll === POLLS) return now;
    await clock.sleep(POLL_MS, signal);
  }
}
