import type { Attempt, Probe, StepPlan, Verdict } from "../../domain/action.ts";
import type { Instance, Settings } from "../../domain/aws/rds.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block } from "../../domain/finding.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Look, Wait } from "../../domain/services.ts";
import { shownBy } from "../../domain/time.ts";
import { alignRequest, settingsIn, toChange } from "./modify-request.ts";
import { watchInstance } from "./wait-for-instance.ts";

/**
 * One ModifyDBInstance that gives an instance these settings, undone by the old ones, which `undo` gets as `values`.
 * Undefined where it has them already.
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

/** A request until it shows in the status. [O: some seconds] */
const REACTION_MS = 30_000;
const PROBE_POLL_MS = 5000;

export async function probeSettings(name: string, { operation, confirmedAt }: Attempt, looking: Look): Promise<Probe> {
  const wanted = settingsIn(operation?.input ?? {});
  const settled = shownBy(confirmedAt, REACTION_MS, looking.clock.now());
  for (;;) {
    const now = await looking.world.aws.rds.instance(name);
    if (now === undefined) return { kind: "unknown", evidence: `there is no instance ${name}` };
    const open = Object.keys(toChange(now.settings, wanted));
    if (open.length === 0) return { kind: "done", evidence: `${name} has these settings` };
    if (now.status !== "available" || now.pending.length > 0)
      return { kind: "inProgress", evidence: `${name} is ${now.status}` };
    if (looking.clock.now() >= settled) return { kind: "notDone", evidence: `${name} has not got ${open.join(", ")}` };
    await looking.clock.sleep(PROBE_POLL_MS);
  }
}

/** Until they are in force. */
export async function followSettings(
  name: string,
  { operation, confirmedAt = "" }: Attempt,
  waiting: Wait,
): Promise<Verdict> {
  const wanted = settingsIn(operation?.input ?? {});
  const missing = ({ settings }: Instance): string | undefined => {
    const open = Object.keys(toChange(settings, wanted));
    return open.length === 0 ? undefined : `not in force yet: ${open.join(", ")}`;
  };
  const verdict = await watchInstance({ name, since: Date.parse(confirmedAt), missing, next: [] }, waiting);
  if (verdict.kind !== "true") return verdict;
  const isStale = verdict.instance?.parameterStatus === "pending-reboot";
  const reboot = commandLine`; its parameter group wants a reboot: aws rds reboot-db-instance --db-instance-identifier ${name}`;
  return { kind: "true", text: `${name} has ${Object.keys(wanted).join(", ")}${isStale ? reboot : ""}` };
}

const POLL_MS = 10_000;
const POLLS = 30;

/** RDS takes changes of an available instance only; its first backup, say, is waited for: five minutes at most. */
export async function awaitModifiable(name: string, { world, clock }: Look): Promise<Instance | undefined> {
  for (let poll = 0; ; poll++) {
    const now = await world.aws.rds.instance(name);
    if (now === undefined || now.status === "available" || poll === POLLS) return now;
    await clock.sleep(POLL_MS);
  }
}
