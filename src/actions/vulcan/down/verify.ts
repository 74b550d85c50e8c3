import type { Failure, Verdict } from "../../../domain/action.ts";
import { commandLine } from "../../../domain/command-line.ts";
import { OpsError } from "../../../domain/error.ts";
import type { MigrationsTold } from "../../../domain/migrations/reads.ts";
import { nameOf } from "../../../domain/migrations/schema-object.ts";
import { newestOf, SOURCES, signature, standing } from "../../../domain/migrations/signature.ts";
import type { Wait } from "../../../domain/services.ts";
import { mayPass, unproven } from "../../database/unproven.ts";
import { readPatiently } from "../read-migrations.ts";
import { readObjects } from "./data-loss.ts";
import type { DownInputs } from "./plan.ts";

/** How the command itself came to its end. `isOver`: without an exit code, but its process is certainly no more. */
export type DownEnd =
  | { readonly kind: "exited"; readonly code: number; readonly lines: readonly string[] }
  | { readonly kind: "unknown"; readonly why: string; readonly lines: readonly string[]; readonly isOver: boolean };

const POLL_MS = 3000;
const APART_MS = 3000;
const MOST_LINES = 20;

/** The table decides, read by another channel than the command's own, once nothing migrates any more. */
export async function judgeDown(given: DownInputs, end: DownEnd, waiting: Wait): Promise<Verdict> {
  const busy = await untilQuiet(waiting, end);
  if (busy !== undefined) return open("migration-under-way", `still at work: ${busy}`, end);
  const told = await readTwice(waiting);
  if (told instanceof OpsError) return open("migrations-unread", `the migrations cannot be read: ${told.message}`, end);
  const where = standing(told.applied, given);
  if (where === "after") {
    const ended = done(given, end, told);
    const left = await remains(given, end, waiting);
    return left === undefined || (left.kind === "unproven" && ended.kind === "false") ? ended : left;
  }
  if (end.kind === "unknown" && !end.isOver) return goingOn(end, told);
  if (where === "before") return untouched(given, end, told);
  return changedOtherwise(where, given, end, told);
}

/**
 * A killed command's session may still be working, and what it commits would come after our look. Where SQL is set up and
 * does not answer, only a command that has exited is known to be at rest.
 */
async function untilQuiet(
  { world, clock, deadline, signal, progress }: Wait,
  end: DownEnd,
): Promise<string | undefined> {
  const begun = clock.now();
  for (;;) {
    const sessions = (await world.schema.sql?.whoBlocks().catch(asOpsError)) ?? [];
    const isUnread = sessions instanceof OpsError;
    if (isUnread && end.kind === "exited") return undefined;
    if (!isUnread && sessions.length === 0) return undefined;
    const who = isUnread
      ? `whether a session is, cannot be read: ${sessions.message}`
      : sessions.map(({ application, pid }) => `${application} (${pid})`).join(", ");
    if (clock.now() >= deadline || (isUnread && !mayPass(sessions.detail.code, begun, clock.now()))) return who;
    progress(isUnread ? who : `${who} still at work`);
    await clock.sleep(POLL_MS, signal);
  }
}

function asOpsError(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  throw error;
}

/** Nobody has seen its end, so what the table shows need not stay. */
function goingOn(end: DownEnd & { kind: "unknown" }, { applied, answeredBy }: MigrationsTold): Verdict {
  const rows = `migration ${newestOf(applied)} is the newest so far (read by ${answeredBy})`;
  return open("down-still-going", `it may still be running (${end.why}); ${rows}`, end);
}

/** Until two looks in a row agree. */
async function readTwice(waiting: Wait): Promise<MigrationsTold | OpsError> {
  let last = await readPatiently(waiting);
  for (;;) {
    await waiting.clock.sleep(APART_MS, waiting.signal);
    const now = await readPatiently(waiting);
    if (now instanceof OpsError || last instanceof OpsError) return now;
    if (signature(now.applied) === signature(last.applied) || waiting.clock.now() >= waiting.deadline) return now;
    last = now;
  }
}

/** A row that is gone does not prove that what it stands for is. */
async function remains({ gone, to }: DownInputs, end: DownEnd, { world }: Wait): Promise<Verdict | undefined> {
  if (gone === undefined) return undefined;
  const objects = readObjects(gone);
  const seen = (await world.schema.sql?.present(objects).catch(asOpsError)) ?? [];
  if (seen instanceof OpsError) {
    const names = objects.map(nameOf).join(", ");
    const text = `migration ${to} is the newest; that ${names} is gone is NOT PROVEN: ${seen.message}`;
    return { ...unproven("passed", "objects-unproven", text), failure: failure("objects-unproven", text, end, []) };
  }
  const left = seen.filter(({ present }) => present).map(({ object }) => nameOf(object));
  if (left.length === 0) return undefined;
  const text = `the list says that migration ${to} is the newest, and yet ${left.join(", ")} is still there`;
  return failed("objects-remain", text, end);
}

function done({ to, count }: DownInputs, end: DownEnd, { answeredBy }: MigrationsTold): Verdict {
  const text = `migration ${to} is the newest, ${count} rolled back (read by ${SOURCES[answeredBy]})`;
  if (end.kind === "exited" && end.code === 0) return { kind: "true", text };
  if (end.kind === "unknown") return { kind: "true", text: `${text}; how the command ended is unknown: ${end.why}` };
  return failed(`migrate-exit-${end.code}`, `${text}, and yet the command exited with ${end.code}`, end);
}

function untouched({ from }: DownInputs, end: DownEnd, { answeredBy }: MigrationsTold): Verdict {
  const rows = `nothing was rolled back: migration ${from} is still the newest (read by ${SOURCES[answeredBy]})`;
  if (end.kind === "unknown") return failed("down-not-done", `${rows}; the command's end is unknown: ${end.why}`, end);
  if (end.code === 0) return failed("down-without-effect", `the command exited with 0, and yet ${rows}`, end);
  return failed(
    "down-failed",
    `vulcan migrate down exited with ${end.code}; its transaction was rolled back, ${rows}`,
    end,
  );
}

type Otherwise = Exclude<ReturnType<typeof standing>, "after" | "before">;

function changedOtherwise(where: Otherwise, given: DownInputs, end: DownEnd, { applied }: MigrationsTold): Verdict {
  const newest = newestOf(applied);
  const texts: Readonly<Record<Otherwise, string>> = {
    partial: `only a part was rolled back: migration ${newest} is the newest now, ${given.to} was to be`,
    "too-far": `more was rolled back than was asked for: migration ${newest} is the newest now, ${given.to} was to be; somebody else rolled back, too`,
    other: `the migrations are neither what was there nor what was wanted (${signature(applied)}): somebody else, or a task that has just started, migrates`,
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
