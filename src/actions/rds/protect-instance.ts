import { type Attempt, defineAction, type Observed, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { RestoreWindow } from "../../domain/aws/backups.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Instance, Settings } from "../../domain/aws/rds.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { utcTime } from "../../domain/time.ts";
import { poll } from "../poll.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import {
  awaitModifiable,
  busyInstance,
  followSettings,
  planSettings,
  probeSettings,
  SHOWN_AFTER_MS,
} from "./change-settings.ts";
import { readWindow } from "./read-window.ts";

const inputs = {
  name: { type: "string", description: "The instance that serves now." },
  left: { type: "string", description: "The one that is kept beside it; nothing deletes it." },
  values: { type: "string", required: false, description: "Settings to put there instead, as JSON; to undo it." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly now: Instance;
  readonly window: RestoreWindow | undefined;
}

/** Turns on deletion protection and backups for the restored instance. */
export const protectInstance = defineAction<ActionServices, typeof inputs, Observation>({
  name: "rds.protectInstance",
  formerly: "rds.arm",
  summary: "Protect an instance from deletion, and wait until its first backup.",
  risk: "change",
  requests: ["rds:ModifyDBInstance"],
  usualSeconds: () => USUAL_SECONDS.firstBackup,
  shownAfterMs: SHOWN_AFTER_MS,
  inputs,
  outputs: {},
  observe: (given, context) => observe(given, context),
  plan: (given, observation) => planProtect(given, observation),
  verify: (given, attempt, context) => follow(given, attempt, context),
  busy: busyInstance(({ name }) => name),
  probe: ({ name }, attempt, context) => probeSettings(name, attempt, context),
});

/** Days to keep automated backups if the source keeps none. [D: the console's own choice] */
const DAYS = 7;

async function observe({ name }: Inputs, context: ActionReadContext): Promise<Observed<Observation>> {
  if (context.pendingStep !== undefined) return { kind: "deferred", until: context.pendingStep };
  const now = await awaitModifiable(name, context);
  if (now === undefined) throw guardError("instance-gone", `there is no instance ${name}`);
  return { kind: "observed", value: { now, window: await readWindow(context.services.aws.rds, name) } };
}

function wantedOf({ values }: Inputs, { settings }: Instance): Settings {
  if (values !== undefined) return JSON.parse(values) as Settings;
  const kept = Number(settings.BackupRetentionPeriod);
  return { DeletionProtection: true, BackupRetentionPeriod: kept > 0 ? kept : DAYS };
}

function planProtect(given: Inputs, { now, window }: Observation): StepPlan {
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

async function follow(given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const { name, values } = given;
  if (attempt.operation !== undefined) {
    const set = await followSettings(name, attempt, context);
    if (set.kind !== "true" || values !== undefined) return set;
  }
  return awaitWindow(given, context);
}

/** A restored instance has no restore window of its own until its first automated backup has ended. [D] */
async function awaitWindow(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { name } = given;
  const text = `${name} serves, but has no backup of its own yet`;
  const failure = { reason: "no-window-yet", text, evidence: [], next: ["vulcan-ops resume"] };
  return poll<Verdict>(context, POLL_MS, async () => {
    const window = await readWindow(context.services.aws.rds, name).catch(() => undefined);
    if (window === undefined) {
      const waiting = `${name} serves; waiting until its first backup has ended`;
      return { late: { kind: "open", failure }, text: waiting };
    }
    const since = window.earliest === undefined ? "" : ` from ${utcTime(window.earliest)} on`;
    const safe = `${name} is protected from deletion, and can be restored itself${since}`;
    return { end: { kind: "true", text: `${safe}. ${nextCommands(given, context)}` } };
  });
}

/** The state after a cutover: what to watch, and what the operator has to do by hand. */
export function nextCommands(
  { name, left }: { readonly name: string; readonly left: string },
  { target: { database, region } }: Pick<ActionReadContext, "target">,
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
