import type { Failure, Verdict } from "../../../domain/action.ts";
import { commandLine } from "../../../domain/command-line.ts";
import { splitByConcern } from "../../../domain/database/locks.ts";
import { OpsError } from "../../../domain/error.ts";
import type { MigrationsRead } from "../../../domain/migrations/reads.ts";
import { nameOf } from "../../../domain/migrations/schema-object.ts";
import { compareToExpected, newestOf, SOURCES, signature } from "../../../domain/migrations/signature.ts";
import type { ActionVerifyContext } from "../../../domain/services.ts";
import { mayContinueUnproven, unproven } from "../../database/unproven.ts";
import { poll } from "../../poll.ts";
import { readMigrationsPatiently } from "../read-migrations.ts";
import { parseObjects } from "./data-loss.ts";
import type { DownInputs } from "./plan.ts";

/** How the command itself ended. `isOver`: there is no exit code, but its process has certainly ended. */
export type DownEnd =
  | { readonly kind: "exited"; readonly code: number; readonly lines: readonly string[] }
  | { readonly kind: "unknown"; readonly why: string; readonly lines: readonly string[]; readonly isOver: boolean };

const POLL_MS = 3000;
const APART_MS = 3000;
const MOST_LINES = 20;

/** The table decides. It is read by another channel than the command's own, once nothing migrates any more. */
export async function judgeDown(given: DownInputs, end: DownEnd, context: ActionVerifyContext): Promise<Verdict> {
  const busy = await untilQuiet(context, end);
  if (busy !== undefined) return open("migration-under-way", `still at work: ${busy}`, end);
  const migrations = await readTwice(context);
  if (migrations instanceof OpsError)
    return open("migrations-unread", `the migrations cannot be read: ${migrations.message}`, end);
  const where = compareToExpected(migrations.applied, given);
  if (where === "after") {
    const ended = done(given, end, migrations);
    const left = await remains(given, end, context);
    return left === undefined || (left.kind === "unproven" && ended.kind === "false") ? ended : left;
  }
  if (end.kind === "unknown" && !end.isOver) return goingOn(end, migrations);
  if (where === "before") return untouched(given, end, migrations);
  return changedOtherwise(where, given, end, migrations);
}

/**
 * The session of a killed command may still work, and commit after our read. If SQL is set up and does not answer, only
 * a command that has exited is known to be at rest.
 */
function untilQuiet(context: ActionVerifyContext, end: DownEnd): Promise<string | undefined> {
  const { services, clock } = context;
  const begun = clock.now();
  return poll<string | undefined>(context, POLL_MS, async () => {
    const sessions = (await services.schema.sql?.lockHolders().catch(asOpsError)) ?? [];
    if (sessions instanceof OpsError) {
      if (end.kind === "exited") return { end: undefined };
      const why = `whether a session is, cannot be read: ${sessions.message}`;
      const mayWait = mayContinueUnproven(sessions.detail.code, begun, clock.now());
      return mayWait ? { late: why, text: why } : { end: why };
    }
    const { concerned } = splitByConcern(sessions);
    const who = concerned.map(({ application, pid }) => `${application} (${pid})`).join(", ");
    return concerned.length === 0 ? { end: undefined } : { late: who, text: `${who} still at work` };
  });
}

function asOpsError(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  throw error;
}

/** The end of the command is unknown, so the table may still change. */
function goingOn(end: DownEnd & { kind: "unknown" }, { applied, answeredBy }: MigrationsRead): Verdict {
  const rows = `migration ${newestOf(applied)} is the newest so far (read by ${answeredBy})`;
  return open("down-still-going", `it may still be running (${end.why}); ${rows}`, end);
}

/** Reads until two reads in a row agree. */
async function readTwice(context: ActionVerifyContext): Promise<MigrationsRead | OpsError> {
  let last = await readMigrationsPatiently(context);
  for (;;) {
    await context.clock.sleep(APART_MS, context.signal);
    const now = await readMigrationsPatiently(context);
    if (now instanceof OpsError || last instanceof OpsError) return now;
    if (signature(now.applied) === signature(last.applied) || context.clock.now() >= context.deadline) return now;
    last = now;
  }
}

/** A missing row does not prove that its object is gone. */
async function remains(
  { gone, to }: DownInputs,
  end: DownEnd,
  { services }: ActionVerifyContext,
): Promise<Verdict | undefined> {
  if (gone === undefined) return undefined;
  const objects = parseObjects(gone);
  const observation = (await services.schema.sql?.presentObjects(objects).catch(asOpsError)) ?? [];
  if (observation instanceof OpsError) {
    const names = objects.map(nameOf).join(", ");
    const text = `migration ${to} is the newest; that ${names} is gone is NOT PROVEN: ${observation.message}`;
    return { ...unproven("passed", "objects-unproven", text), failure: failure("objects-unproven", text, end, []) };
  }
  const left = observation.filter(({ present }) => present).map(({ object }) => nameOf(object));
  if (left.length === 0) return undefined;
  const text = `the list says that migration ${to} is the newest, and yet ${left.join(", ")} is still there`;
  return failed("objects-remain", text, end);
}

function done({ from, to, count }: DownInputs, end: DownEnd, { answeredBy }: MigrationsRead): Verdict {
  const text = `migration ${to} is the newest, ${count} rolled back (read by ${SOURCES[answeredBy]})`;
  const proof = `migrations ${from} → ${to}`;
  if (end.kind === "exited" && end.code === 0) return { kind: "true", text, proof };
  if (end.kind === "unknown")
    return { kind: "true", proof, text: `${text}; how the command ended is unknown: ${end.why}` };
  return failed(`migrate-exit-${end.code}`, `${text}, and yet the command exited with ${end.code}`, end);
}

function untouched({ from }: DownInputs, end: DownEnd, { answeredBy }: MigrationsRead): Verdict {
  const rows = `nothing was rolled back: migration ${from} is still the newest (read by ${SOURCES[answeredBy]})`;
  if (end.kind === "unknown") return failed("down-not-done", `${rows}; the command's end is unknown: ${end.why}`, end);
  if (end.code === 0) return failed("down-without-effect", `the command exited with 0, and yet ${rows}`, end);
  return failed(
    "down-failed",
    `vulcan migrate down exited with ${end.code}; its transaction was rolled back, ${rows}`,
    end,
  );
}

type Otherwise = Exclude<ReturnType<typeof compareToExpected>, "after" | "before">;

function changedOtherwise(where: Otherwise, given: DownInputs, end: DownEnd, { applied }: MigrationsRead): Verdict {
  const newest = newestOf(applied);
  const texts: Readonly<Record<Otherwise, string>> = {
    partial: `only a part was rolled back: migration ${newest} is the newest now, ${given.to} was to be`,
    "too-far": `more was rolled back than was asked for: migration ${newest} is the newest now, ${given.to} was to be; another operator also rolled back`,
    other: `the migrations are neither the old nor the expected ones (${signature(applied)}): another operator or a new task migrates`,
  };
  const next = where === "partial" ? [commandLine`vulcan-ops migrate down --to ${given.to}`] : [];
  return failed(where === "other" ? "foreign-change" : `down-${where}`, texts[where], end, next);
}

function failed(reason: string, text: string, end: DownEnd, next: readonly string[] = []): Verdict {
  return { kind: "false", failure: failure(reason, text, end, next) };
}

function open(reason: string, text: string, end: DownEnd): Verdict {
  return { kind: "open", failure: failure(reason, `it is not known what the Down did: ${text}`, end, []) };
}

function failure(reason: string, text: string, { lines }: DownEnd, next: readonly string[]): Failure {
  const evidence = lines.slice(-MOST_LINES);
  return { reason, text, evidence, next: ["vulcan-ops migrate status", ...next, "vulcan-ops resume"] };
}
