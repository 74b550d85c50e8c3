import { type AskedDatabase, askedFindings, lookAtAskedDatabase } from "../../checks/database/asked-database.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { Instance, Quota } from "../../domain/aws/rds.ts";
import type { RestoreWindow } from "../../domain/aws/setup.ts";
import { commandLine } from "../../domain/command-line.ts";
import type { TableFacts } from "../../domain/database/facts.ts";
import { guardError, usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Look, World } from "../../domain/services.ts";
import { utcTime } from "../../domain/time.ts";
import { type LaterRead, ofThePassword } from "../database/password-end.ts";
import { newName } from "./instance-name.ts";
import { ALTERNATIVES, ofTheLoss, ofTheMoment, ofTheQuotas, ofWhatStays } from "./restore-findings.ts";
import { type Aim, aimOf } from "./restore-time.ts";

const inputs = {
  to: { type: "time", required: false, description: "The moment; this, latest or beforeMigration." },
  latest: { type: "boolean", required: false, description: "As late as RDS can at this moment." },
  beforeMigration: { type: "version", required: false, description: "Just before this migration began." },
  as: { type: "string", required: false, description: "Name of the new instance." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly source: Instance;
  readonly window: RestoreWindow;
  readonly aim: Aim;
  readonly name: string;
  readonly quotas: Readonly<Record<string, Quota>>;
  /** Undefined where SQL is not set up. */
  readonly lost: readonly TableFacts[] | Error | undefined;
  readonly asked: AskedDatabase | undefined;
  readonly password: readonly Finding[];
  /** Epoch ms of the clock. */
  readonly now: number;
}

/** Fixes what is restored, to when and under which name, and tells what it would cost. */
export const findRestore = defineAction<World, typeof inputs, Seen>({
  name: "rds.findRestore",
  summary: "Fix the moment and the name of a restore, and find what stands in its way and what it would not have.",
  risk: "read",
  inputs,
  outputs: {
    source: { type: "string", description: "the instance that is restored from" },
    to: { type: "time", description: "the moment" },
    name: { type: "string", description: "the new instance" },
  },
  observe: async (given, looking) => ({ kind: "observed", value: await look(given, looking) }),
  plan: (_given, seen) => planFind(seen),
});

/** A restore takes RDS 15 to 20 min at least. [O] */
const PROOF: LaterRead = { what: "the proof of what was restored", seconds: 15 * 60 };

/** For rows that would be lost: a prompt waits for them no longer. */
const LOSS_BUDGET_MS = 1000;

async function look(given: Inputs, { world, target, clock }: Look): Promise<Seen> {
  const { rds, setup } = world.aws;
  const [found, backups, quotas, migrations] = await Promise.all([
    rds.instance(target.database),
    setup.restoreWindow(target.database),
    rds.quotas().catch(() => ({})),
    given.beforeMigration === undefined ? undefined : world.schema.migrations(),
  ]);
  const { source, window } = restorable(target.database, found, backups);
  const now = clock.now();
  const aim = aimOf(given, window, migrations?.applied ?? [], now);
  const [name, asked, lost] = await Promise.all([
    newName(source.id, aim.at, given.as, rds),
    lookAtAskedDatabase(world, target),
    world.data?.tables(aim.at, LOSS_BUDGET_MS).catch((error: Error) => error),
  ]);
  const password = ofThePassword(world, PROOF, now);
  return { source, window, aim, name, quotas, lost, asked, password, now };
}

/** States in which an instance has nothing to restore from, or is about to go. */
const UNFIT: readonly string[] = ["creating", "deleting", "failed", "restore-error", "incompatible-restore"];

function restorable(id: string, source: Instance | undefined, window: RestoreWindow | undefined) {
  if (source === undefined)
    throw usageError("database-unknown", `there is no database ${id}`, ["vulcan-ops.yaml, targets:  database: NAME"]);
  if (source.cluster !== undefined)
    throw guardError(
      "cluster-member",
      `${id} is a member of the cluster ${source.cluster}: clusters are restored as a whole, by another call`,
      [
        commandLine`aws rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier ${source.cluster} --db-cluster-identifier NAME --restore-to-time TIME`,
      ],
    );
  if (UNFIT.includes(source.status))
    throw guardError("source-unfit", `${id} is ${source.status}: RDS does not restore from it`, ["vulcan-ops status"]);
  if (window === undefined)
    throw guardError(
      "no-backup",
      `${id} has no backup to restore from: backups are off, or the first is still being made`,
      ["vulcan-ops doctor"],
    );
  return { source, window };
}

function planFind({ source, window, aim, name, quotas, lost, asked, password, now }: Seen): StepPlan {
  return {
    summary: `${source.id} as of ${utcTime(aim.at)}, beside it as ${name}`,
    changes: [],
    findings: [
      ...ofTheMoment(aim, window, source, now),
      ALTERNATIVES,
      ...askedFindings(asked),
      ofTheLoss(aim.at, lost),
      ...password,
      ...ofTheQuotas(quotas, source),
      ...ofWhatStays(source),
    ],
    outputs: { source: source.id, to: aim.at, name },
  };
}
