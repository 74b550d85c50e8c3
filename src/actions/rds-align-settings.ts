import type { Instance, Settings } from "../aws/instance-shapes.ts";
import {
  type Attempt,
  defineAction,
  type Observed,
  type Probe,
  type StepPlan,
  type Verdict,
} from "../domain/action.ts";
import { guardError } from "../domain/error.ts";
import type { Values } from "../domain/field.ts";
import { block } from "../domain/finding.ts";
import type { Json } from "../domain/json.ts";
import { alignRequest, settingsIn, toChange } from "./restore/align-request.ts";
import { awaitModifiable } from "./restore/awaited.ts";
import { watchInstance } from "./restore/instance-watch.ts";
import { expectedOf } from "./restore/settings.ts";
import type { Look, Wait, World } from "./world.ts";

const inputs = {
  source: { type: "string", description: "The instance whose settings it shall have." },
  name: { type: "string", description: "The instance that gets them." },
  values: { type: "string", required: false, description: "Settings to put there instead of the source's, as JSON." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly now: Instance;
  readonly wanted: Settings;
}

/** What a restore cannot be told: one ModifyDBInstance, undone by the old values. */
export const alignSettings = defineAction<World, typeof inputs, Seen>({
  name: "rds.alignSettings",
  summary: "Give an instance the source's settings that a restore cannot be told, and wait until they are in force.",
  risk: "change",
  inputs,
  outputs: {},
  observe: (given, looking) => observe(given, looking),
  plan: (given, seen) => planAlign(given, seen),
  verify: (given, attempt, waiting) => follow(given, attempt, waiting),

  probe: (given, attempt, looking) => probe(given, attempt, looking),
});

/** A request until it shows in the status. [O: some seconds] */
const REACTION_MS = 30_000;

async function observe(given: Inputs, looking: Look): Promise<Observed<Seen>> {
  const [source, now] = await Promise.all([
    looking.world.aws.rds.instance(given.source),
    awaitModifiable(given.name, looking),
  ]);
  if (now === undefined && looking.ahead !== undefined) return { kind: "deferred", until: looking.ahead };
  if (now === undefined || source === undefined)
    throw guardError("instance-gone", `there is no instance ${now === undefined ? given.name : given.source}`);
  const wanted = given.values === undefined ? expectedOf(source) : (JSON.parse(given.values) as Settings);
  return { kind: "observed", value: { now, wanted } };
}

function planAlign({ source, name }: Inputs, { now, wanted }: Seen): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  const change = toChange(now.settings, wanted);
  const names = Object.keys(change);
  if (names.length === 0) return { ...nothing, summary: `${name} has every setting that it can be told` };
  const summary = `${name}: ${names.join(", ")}`;
  if (now.status !== "available")
    return {
      ...nothing,
      summary,
      findings: [block("instance-busy", `${name} is ${now.status}: RDS takes no change now`, ["vulcan-ops resume"])],
    };
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
        with: { source, name, values: JSON.stringify(old) },
      },
      basis: { resource: now.resourceId, settings: old },
      consequence: name,
    },
  };
}

async function probe({ name }: Inputs, { operation, confirmedAt = "" }: Attempt, looking: Look): Promise<Probe> {
  const wanted = settingsIn(operation?.input ?? {});
  const settled = Date.parse(confirmedAt) + REACTION_MS;
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

const PROBE_POLL_MS = 5000;

async function follow({ name }: Inputs, { operation, confirmedAt = "" }: Attempt, waiting: Wait): Promise<Verdict> {
  const wanted = settingsIn(operation?.input ?? {});
  const missing = ({ settings }: Instance): string | undefined => {
    const open = Object.keys(toChange(settings, wanted));
    return open.length === 0 ? undefined : `not in force yet: ${open.join(", ")}`;
  };
  const verdict = await watchInstance({ name, since: Date.parse(confirmedAt), missing, next: [] }, waiting);
  if (verdict.kind !== "true") return verdict;
  const isStale = verdict.instance?.parameterStatus === "pending-reboot";
  const reboot = `; its parameter group wants a reboot: aws rds reboot-db-instance --db-instance-identifier ${name}`;
  return { kind: "true", text: `${name} has ${Object.keys(wanted).join(", ")}${isStale ? reboot : ""}` };
}
