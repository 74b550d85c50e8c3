import {
  type QueriedDatabase,
  queriedDatabaseFindings,
  readQueriedDatabase,
} from "../../checks/database/queried-database.ts";
import { readRecovery } from "../../checks/database/recovery.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { RestoreWindow } from "../../domain/aws/backups.ts";
import type { Instance, Quota } from "../../domain/aws/rds.ts";
import { recoveryError } from "../../domain/aws/recovery.ts";
import type { TableFacts } from "../../domain/database/facts.ts";
import type { Values } from "../../domain/field.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { ago, utcTime } from "../../domain/time.ts";
import { clockFindings } from "../clock-findings.ts";
import { type LaterRead, passwordFindings } from "../database/password-end.ts";
import { newName } from "./instance-name.ts";
import { ALTERNATIVES, leftBehindFindings, lossFindings, quotaFindings, timeFindings } from "./restore-findings.ts";
import { type RestoreTime, restoreTime } from "./restore-time.ts";

const inputs = {
  to: { type: "time", required: false, description: "The moment; this, latest or beforeMigration." },
  latest: { type: "boolean", required: false, description: "The newest moment that RDS can restore." },
  beforeMigration: { type: "version", required: false, description: "Just before this migration began." },
  as: { type: "string", required: false, description: "Name of the new instance." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly source: Instance;
  readonly window: RestoreWindow;
  readonly aim: RestoreTime;
  readonly name: string;
  readonly quotas: Readonly<Record<string, Quota>>;
  /** Undefined where SQL is not set up. */
  readonly lost: readonly TableFacts[] | Error | undefined;
  readonly asked: QueriedDatabase | undefined;
  readonly password: readonly Finding[];
  /** What a wrong clock means for a moment that was typed. */
  readonly clock: readonly Finding[];
  /** Epoch ms of the clock. */
  readonly now: number;
}

/** Fixes what is restored, to when and under which name, and reports what the restore would cost. */
export const findRestore = defineAction<ActionServices, typeof inputs, Observation>({
  name: "rds.findRestore",
  summary: "Choose moment and name of a restore; check blockers and data loss.",
  risk: "read",
  inputs,
  outputs: {
    source: { type: "string", description: "the instance that is restored from" },
    to: { type: "time", description: "the moment" },
    name: { type: "string", description: "the new instance" },
  },
  observe: async (given, context) => ({ kind: "observed", value: await readRestore(given, context) }),
  plan: (_given, observation) => planFind(observation),
});

/** A restore takes RDS 15 to 20 min at least. [O] */
const PROOF: LaterRead = { what: "the check of the restored data", seconds: 15 * 60 };

/** For counting rows that would be lost: the prompt waits no longer for them. */
const LOSS_BUDGET_MS = 1000;

async function readRestore(given: Inputs, context: ActionReadContext): Promise<Observation> {
  const { services, target, clock } = context;
  const { rds } = services.aws;
  const [{ source, window }, quotas, migrations] = await Promise.all([
    readSource(given, context),
    rds.quotas().catch(() => ({})),
    given.beforeMigration === undefined ? undefined : services.schema.migrations(),
  ]);
  const now = clock.now();
  const aim = restoreTime(given, window, migrations?.applied ?? [], now);
  const [name, asked, lost] = await Promise.all([
    newName(source.id, aim.at, given.as, rds),
    readQueriedDatabase(services, target),
    services.data?.tables(aim.at, LOSS_BUDGET_MS).catch((error: Error) => error),
  ]);
  const offset = given.to === undefined ? [] : clockFindings(services, byAwsClock(aim.at));
  const password = passwordFindings(services, PROOF, now);
  return { source, window, aim, name, quotas, lost, asked, password, clock: offset, now };
}

async function readSource(
  { to }: Inputs,
  { services, target, clock }: ActionReadContext,
): Promise<Pick<Observation, "source" | "window">> {
  const { rds } = services.aws;
  const instance = rds.instance(target.database);
  const question = { target, to, now: clock.now() };
  const [source, recovery] = await Promise.all([instance, readRecovery(rds, question, instance)]);
  if (recovery.kind !== "window") throw recoveryError(recovery);
  if (source === undefined) throw new TypeError("an instance that can be restored is there");
  return { source, window: recovery.window };
}

/** An age was counted from this machine's clock. */
const byAwsClock = (at: string) => (ahead: number) => {
  const meant = new Date(Math.floor(Date.parse(at) / 1000 - ahead) * 1000).toISOString();
  return `if it was typed as an age (-15m), the moment is ${utcTime(meant)} by AWS's clock; type that one`;
};

function planFind({ source, window, aim, name, quotas, lost, asked, password, clock, now }: Observation): StepPlan {
  return {
    summary: `${source.id} as of ${utcTime(aim.at)}, as ${name}`,
    goal: `restore ${source.id} to ${utcTime(aim.at)} (${ago(aim.at, now)})`,
    facts: [
      { label: "Moment", text: "", at: [aim.at] },
      { label: "New", text: `instance ${name}; ready in 15 to 20 min or more` },
      { label: "Old", text: `instance ${source.id} keeps running, and is not changed` },
    ],
    changes: [],
    findings: [
      ...timeFindings(aim, window, source, now),
      ...clock,
      ALTERNATIVES,
      ...queriedDatabaseFindings(asked),
      lossFindings(aim.at, lost),
      ...password,
      ...quotaFindings(quotas, source),
      ...leftBehindFindings(source),
    ],
    outputs: { source: source.id, to: aim.at, name },
  };
}
