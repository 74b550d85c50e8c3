import { commandLine } from "../../domain/command-line.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import type { ExecutionStarted } from "../../domain/execution-event.ts";
import { identityAt } from "../../domain/identity.ts";
import type { Environment } from "../../domain/ports.ts";
import { redact } from "../../domain/redact.ts";
import { assembleReport, type ReportedExecution, type ReportSource } from "../../domain/report/assemble.ts";
import type { Audience, ReportDocument, UnreadPart } from "../../domain/report/document.ts";
import { forExternal } from "../../domain/report/external.ts";
import { type Surroundings, unreadSurroundings } from "../../domain/report/surroundings.ts";
import type { Target } from "../../domain/target.ts";
import { parseInstant } from "../../domain/time.ts";
import { isZone } from "../../domain/zoned-time.ts";
import { readRecords } from "../../journal/journal-file.ts";
import { listExecutions } from "../../journal/list-executions.ts";
import { readNotes } from "../../journal/notes.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { createClock } from "../../target/clock.ts";
import { resolveEndpoints, resolveTarget } from "../../target/resolve.ts";
import { onTarget } from "../execution/executions-of-target.ts";
import { worldHere } from "../execution/named-execution.ts";
import { readExecution } from "../execution/record.ts";
import { syncJournals } from "../execution/shared-journals.ts";
import { type Access, openTarget } from "../open-target.ts";
import { readPrepared } from "../prepared.ts";
import { readSurroundings } from "./read-surroundings.ts";

export interface ReportOptions extends Access {
  readonly id?: string | undefined;
  /** As typed: RFC 3339 with an offset, or an age as `-2h`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** IANA zone beside UTC. */
  readonly zone?: string | undefined;
  /** Asks AWS nothing. */
  readonly offline: boolean;
  readonly audience: Audience;
}

/** A report, and why a journal's later records are not in it. */
export interface MadeReport {
  readonly report: ReportDocument;
  readonly problem?: OpsError | undefined;
}

/** Reads the journals, and AWS as far as it can be asked. Usage error (exit 6) without an execution or a span. */
export async function makeReport(options: ReportOptions, environment: Environment): Promise<MadeReport> {
  const { source, problem } =
    options.id === undefined ? await ofSpan(options, environment) : await ofExecution(options.id, options, environment);
  // A journal by another hand may hold what this program never writes.
  const report = redact(assembleReport(source));
  return { report: options.audience === "external" ? forExternal(report) : report, problem };
}

interface Sourced {
  readonly source: ReportSource;
  readonly problem?: OpsError | undefined;
}

const MINUTE = 60_000;
/** What led to an execution, and what followed at once. */
const BEFORE = 60 * MINUTE;
const AFTER = 5 * MINUTE;

async function ofExecution(id: string, options: ReportOptions, environment: Environment): Promise<Sourced> {
  if (options.from !== undefined || options.to !== undefined)
    throw usageError("report-ambiguous", "an execution has its own span: leave --from and --to out", [
      commandLine`vulcan-ops report ${id}`,
    ]);
  const { events, noted, problem } = await readExecution(id, options, environment);
  const started = events[0] as ExecutionStarted;
  const span = around(started.at, events.at(-1)?.at ?? started.at);
  const { target, endpoint, caller } = started;
  const surroundings = await ofThatTime(options, environment, { target, endpoint, span, account: caller.account });
  const identity = identityAt(target, caller.account, endpoint);
  const unread = [...unreadNotes(noted.broken), ...(problem === undefined ? [] : [damaged(problem)])];
  const executions = [{ events, notes: noted.notes }];
  return {
    source: { executions, surroundings, identity, span, unread, ...made(options, environment, target) },
    problem,
  };
}

const around = (first: string, last: string): ReportDocument["span"] => ({
  from: new Date(Date.parse(first) - BEFORE).toISOString(),
  to: new Date(Date.parse(last) + AFTER).toISOString(),
});

const unreadNotes = (why: string | undefined): readonly UnreadPart[] =>
  why === undefined ? [] : [{ what: "notes", why: `not all as they were written: ${why}` }];

const damaged = ({ message }: OpsError): UnreadPart => ({ what: "later records of the journal", why: message });

async function ofSpan(options: ReportOptions, environment: Environment): Promise<Sourced> {
  const span = spanOf(options, createClock(environment.env).now());
  const { target } = await resolveTarget(options, environment);
  const { elsewhere: endpoint } = await resolveEndpoints(options, environment, target);
  const dir = stateDir(options.stateDir, environment.env);
  await syncJournals(options, environment);
  const { executions: all, unread: unlisted } = await listExecutions(dir);
  const within = onTarget(all, target, endpoint).filter(({ at, lastAt }) => at <= span.to && lastAt >= span.from);
  const read = await Promise.all(within.map(({ id }) => readOne(dir, id)));
  const executions = read.map(({ execution }) => execution).reverse();
  const first = executions[0]?.events[0];
  const account = first?.type === "execution.started" ? first.caller.account : target.account;
  const surroundings = await ofThatTime(options, environment, { target, endpoint, span, account });
  const identity = identityAt(target, account, endpoint);
  const unread = [
    ...unlisted.map(({ id, kind }): UnreadPart => ({ what: `execution ${id}`, why: `its journal is ${kind}` })),
    ...read.flatMap((one) => one.unread),
  ];
  return { source: { executions, surroundings, identity, span, unread, ...made(options, environment, target) } };
}

async function readOne(
  dir: string,
  id: string,
): Promise<{ readonly execution: ReportedExecution; readonly unread: readonly UnreadPart[] }> {
  const [{ events }, { notes, broken }] = await Promise.all([readRecords(dir, id), readNotes(dir, id)]);
  return { execution: { events, notes }, unread: unreadNotes(broken) };
}

function spanOf({ from, to }: ReportOptions, now: number): ReportDocument["span"] {
  if (from === undefined)
    throw usageError("report-of-what", "name an execution, or a span with --from TIME [--to TIME]", [
      "vulcan-ops report last",
      "vulcan-ops report --from -3h",
    ]);
  const span = { from: instantOf("--from", from, now), to: to === undefined ? utc(now) : instantOf("--to", to, now) };
  if (span.from < span.to) return span;
  throw usageError("span-empty", `--from ${span.from} is not before --to ${span.to}`);
}

const utc = (now: number): string => new Date(now).toISOString();

function instantOf(flag: string, text: string, now: number): string {
  const instant = parseInstant(text, now);
  if (instant !== undefined) return instant;
  const message = `${flag} takes a time with an offset or an age, not ${JSON.stringify(text)}`;
  throw usageError("time-invalid", message, [
    "vulcan-ops report --from 2026-04-10T03:00:00Z --to 2026-04-10T05:00:00Z",
    "vulcan-ops report --from -3h",
  ]);
}

/** When, by what release, and in which zone: the option's, the target's, else this machine's. */
function made({ zone }: ReportOptions, { env }: Pick<Environment, "env">, target: Target) {
  const named = zone ?? target.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(named))
    throw usageError("zone-invalid", `--zone takes an IANA zone as Europe/Berlin, not ${JSON.stringify(named)}`);
  return { madeAt: utc(createClock(env).now()), version: readPrepared().version, zone: named };
}

interface Asked {
  readonly target: Target;
  readonly endpoint: string | undefined;
  readonly span: ReportDocument["span"];
  readonly account: string | undefined;
}

/** The journal alone is a report: what AWS does not answer is not read. */
async function ofThatTime(options: ReportOptions, environment: Environment, asked: Asked): Promise<Surroundings> {
  if (options.offline) return unreadSurroundings("left out by --offline");
  const { target, endpoint, span, account } = asked;
  try {
    const here = await worldHere(target, options, environment);
    if (here !== endpoint) return unreadSurroundings(`this shell points at ${here ?? "AWS itself"}`);
    const open = await openTarget(options, environment, { pinned: target, purpose: "reading" });
    const caller = await open.caller();
    if (account !== undefined && caller.account !== account)
      return unreadSurroundings(`the credentials belong to account ${caller.account}`);
    return await readSurroundings(open, span);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return unreadSurroundings(error.message);
  }
}
