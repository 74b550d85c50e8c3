import { type Attempt, defineAction, type Observed, type StepPlan, type Verdict } from "../../domain/action.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Instance, Settings } from "../../domain/aws/rds.ts";
import type { RestoreWindow } from "../../domain/aws/setup.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { utcTime } from "../../domain/time.ts";
import { awaitModifiable, followSettings, planSettings, probeSettings } from "./change-settings.ts";

const inputs = {
  name: { type: "string", description: "The instance that serves now." },
  left: { type: "string", description: "The one that is kept beside it; nothing deletes it." },
  values: { type: "string", required: false, description: "Settings to put there instead, as JSON; to undo it." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly now: Instance;
  readonly window: RestoreWindow | undefined;
}

/** A day's work is not to hang on one DeleteDBInstance, nor on backups that were never switched on. */
export const armInstance = defineAction<World, typeof inputs, Seen>({
  name: "rds.arm",
  summary: "Protect an instance from deletion, have it backed up, and wait until it can be restored itself.",
  risk: "change",
  inputs,
  outputs: {},
  observe: (given, looking) => observe(given, looking),
  plan: (given, seen) => planArm(given, seen),
  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  probe: ({ name }, attempt, looking) => probeSettings(name, attempt, looking),
});

/** Days that automated backups are kept where the source keeps none. [D: the console's own choice] */
const DAYS = 7;

async function observe({ name }: Inputs, looking: Look): Promise<Observed<Seen>> {
  if (looking.ahead !== undefined) return { kind: "deferred", until: looking.ahead };
  const now = await awaitModifiable(name, looking);
  if (now === undefined) throw guardError("instance-gone", `there is no instance ${name}`);
  return { kind: "observed", value: { now, window: await looking.world.aws.setup.restoreWindow(name) } };
}

function wantedOf({ values }: Inputs, { settings }: Instance): Settings {
  if (values !== undefined) return JSON.parse(values) as Settings;
  const kept = Number(settings.BackupRetentionPeriod);
  return { DeletionProtection: true, BackupRetentionPeriod: kept > 0 ? kept : DAYS };
}

function planArm(given: Inputs, { now, window }: Seen): StepPlan {
  const { name, left } = given;
  return (
    planSettings(now, wantedOf(given, now), { name, left }) ?? {
      changes: [],
      findings: [],
      outputs: {},
      summary: `${name} is protected, and its backups are kept ${now.settings.BackupRetentionPeriod} days`,
      waitsFor: window === undefined ? "its first backup has ended" : "it can be restored",
    }
  );
}

const POLL_MS = 15_000;

async function follow(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const { name, values } = given;
  if (attempt.operation !== undefined) {
    const set = await followSettings(name, attempt, waiting);
    if (set.kind !== "true" || values !== undefined) return set;
  }
  return awaitWindow(given, waiting);
}

/** A restored instance has no window of its own until its first automated backup has ended. [D] */
async function awaitWindow(given: Inputs, waiting: Wait): Promise<Verdict> {
  const { name } = given;
  const { world, clock, deadline, signal, progress } = waiting;
  for (;;) {
    const window = await world.aws.setup.restoreWindow(name).catch(() => undefined);
    if (window !== undefined) {
      const text = `${name} is protected from deletion, and can be restored itself from ${utcTime(window.earliest)} on`;
      return { kind: "true", text: `${text}. ${whatNow(given, waiting)}` };
    }
    if (clock.now() >= deadline) {
      const text = `${name} serves, but has no backup of its own yet`;
      return { kind: "open", failure: { reason: "no-window-yet", text, evidence: [], next: ["vulcan-ops resume"] } };
    }
    progress(`${name} serves; waiting until its first backup has ended`);
    await clock.sleep(POLL_MS, signal);
  }
}

/** Where a cutover leaves the operator: what to watch, and what nobody does for them. */
export function whatNow(
  { name, left }: { readonly name: string; readonly left: string },
  { target: { database, region } }: Pick<Look, "target">,
): string {
  const removal = awsLine(
    {
      service: "rds",
      name: "DeleteDBInstance",
      input: { DBInstanceIdentifier: left, FinalDBSnapshotIdentifier: `${left}-final`, DeleteAutomatedBackups: false },
    },
    region,
  );
  const setting = name === database ? "" : `; in vulcan-ops.yaml, database: ${name}`;
  const next = "vulcan-ops watch --for 30m";
  return `Next: ${next}${setting}. ${left} is kept; after a week or so, by hand: ${removal}`;
}
