import { OpsError } from "../../domain/error.ts";
import { block, notTried, ok, warn } from "../../domain/finding.ts";
import {
  type JournalIndex,
  type JournalTable,
  type JournalTableReads,
  WANTED_INDEX,
  WANTED_KEYS,
} from "../../domain/journal-table.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-subject.ts";

const PAGE = "docs/shared-journal.md";
const TEMPLATE = ["vulcan-ops journal template", `its properties are in ${PAGE}`];

/** Whether the shared journal can be read, and how its table is set up. A write is not tried. Nothing where none is configured. */
export const journal: DoctorCheck = {
  id: "journal",
  question: "Journal",
  run: async ({ journalTable, target }) => (journalTable === undefined ? [] : findingsOn(journalTable, target)),
};

async function findingsOn(reads: JournalTableReads, target: Target): Promise<readonly Finding[]> {
  const [tried, table, restorable] = await Promise.all([
    settled(reads.tryReads()),
    settled(reads.table()),
    settled(reads.isRestorable()),
  ]);
  // What every command needs comes first; how the table is set up may be hidden from an operator.
  if (tried instanceof OpsError && (table instanceof OpsError || hasWantedKeys(table))) return [unreadable(tried)];
  const setUp = table instanceof OpsError ? [notTried(table.message, table.detail.next)] : judgeTable(reads, table);
  const readable = tried instanceof OpsError ? [] : [ok("journal-read", `${reads.name} can be read`)];
  return [...readable, ...setUp, ...judgeRecovery(restorable), ...judgeRegion(reads.region, target)];
}

/** Only what AWS or the network said is an answer; a defect of this program is none. */
const settled = <T>(work: Promise<T>): Promise<T | OpsError> =>
  work.catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });

const hasWantedKeys = ({ keys, index }: JournalTable): boolean =>
  keys === WANTED_KEYS && index?.keys === WANTED_INDEX.keys;

/** Upgrades, windows, restores and Downs do not begin without it. */
const unreadable = ({ message, detail }: OpsError): Finding => block("journal-unreadable", message, detail.next);

function judgeTable({ name }: JournalTableReads, table: JournalTable): readonly Finding[] {
  const { status, keys, index, kmsKey, isProtected } = table;
  if (keys !== WANTED_KEYS)
    return [block("journal-keys", `the table of ${name} has the keys ${keys}, not ${WANTED_KEYS}`, TEMPLATE)];
  return [
    ...(status === "ACTIVE" || status === "UPDATING"
      ? []
      : [block("journal-inactive", `the table of ${name} is ${status}: it takes no record`)]),
    ...judgeIndex(name, index),
    ...(kmsKey === undefined
      ? [
          warn(
            "journal-key-shared",
            `the table of ${name} is encrypted by a key of AWS's: a KMS key of yours records each use, and can be closed`,
            TEMPLATE,
          ),
        ]
      : []),
    ...(isProtected
      ? []
      : [warn("journal-unprotected", `the table of ${name} can be deleted: deletion protection is off`, TEMPLATE)]),
  ];
}

function judgeIndex(name: string, index: JournalIndex | undefined): readonly Finding[] {
  const { name: wanted, keys, included } = WANTED_INDEX;
  if (index === undefined)
    return [block("journal-index", `the table of ${name} has no index ${wanted}: history cannot list it`, TEMPLATE)];
  if (index.keys !== keys)
    return [block("journal-index", `the index ${wanted} of ${name} has the keys ${index.keys}, not ${keys}`, TEMPLATE)];
  const missing = included.filter((one) => index.included !== undefined && !index.included.includes(one));
  if (missing.length > 0)
    return [block("journal-index", `the index ${wanted} of ${name} leaves out ${missing.join(" and ")}`, TEMPLATE)];
  return index.status === "CREATING"
    ? [warn("journal-index-creating", `the index ${wanted} of ${name} is being made: history lists nothing until then`)]
    : [];
}

function judgeRecovery(restorable: boolean | OpsError): readonly Finding[] {
  if (restorable instanceof OpsError) return [notTried(restorable.message, restorable.detail.next)];
  if (restorable) return [];
  const text =
    "point-in-time recovery is off: a record that is overwritten or a table that is lost cannot be brought back";
  return [warn("journal-not-restorable", text, TEMPLATE)];
}

/** The region that one fears for should not hold what tells how far its rescue has come. */
function judgeRegion(region: string | undefined, target: Target): readonly Finding[] {
  if (region === undefined || region !== target.region) return [];
  const text = `its table is in ${region}, as the target is: while that region has trouble, maintenance and upgrades do not begin`;
  return [warn("journal-same-region", text, [`a table in another region: ${PAGE}`])];
}
