import { mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { enter, targetOf } from "../../../commands/rehearse.ts";
import { timingsOf } from "../../../commands/sandbox/timings.ts";
import type { Given } from "../../cli/options.ts";
import type { Context } from "../../cli/process-context.ts";
import { OpsError } from "../../domain/error.ts";
import type { ExecutionEnded, JournalEvent } from "../../domain/execution.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import type { Case, Remark } from "../../domain/inspection.ts";
import type { Document } from "../../domain/runbook.ts";
import { resumeExecution, undoExecutionOf } from "../execution/continue-execution.ts";
import { perform } from "../execution/run-runbook.ts";
import { NOT_TO_RETURN_TO, type Rehearsal } from "./rehearsal-matrix.ts";
import type { InspectionRule } from "./rules.ts";
import { remark } from "./target.ts";

type Sandbox = import("../../sandbox/index.ts").Sandbox;

/** Fast enough for a rollout within seconds, slow enough that real health checks keep up. */
const SPEED = 300;

/** The kinds of trouble that every request meets once: refused before it takes effect, its answer lost after. */
const TROUBLES = [
  { when: "before", kind: "throttle", said: "is refused" },
  { when: "after", kind: "reset", said: "takes effect and its answer is lost" },
] as const;

/**
 * Carries a runbook out in a sandbox of its own: once without trouble and taken back again, then once for every request
 * that it has sent and each kind of trouble with it. Every question is answered with yes.
 */
export async function rehearseAll(
  document: Document,
  rehearsal: Rehearsal,
  seed: number,
  context: Context,
): Promise<readonly Case[]> {
  const { readTimings, startSandbox } = await import("../../sandbox/index.ts");
  const outside = { ...process.env };
  const timings = timingsOf({ timing: rehearsal.timings }, readTimings);
  const sandbox = await startSandbox({ scenario: rehearsal.scenario, speed: SPEED, seed, timings });
  // In the sandbox's own folder, which goes with it.
  const stateDir = mkdtempSync(join(dirname(sandbox.env.VULCAN_OPS_CLOCK ?? ""), "state-"));
  try {
    const inside = enter(sandbox.env, context);
    const stage: Stage = { document, rehearsal, sandbox, stateDir, context: inside };
    return await allCases(stage);
  } finally {
    await sandbox.stop();
    for (const name of Object.keys(process.env)) if (!(name in outside)) delete process.env[name];
    Object.assign(process.env, outside);
  }
}

interface Stage {
  readonly document: Document;
  readonly rehearsal: Rehearsal;
  readonly sandbox: Sandbox;
  readonly stateDir: string;
  readonly context: Context;
}

async function allCases(stage: Stage): Promise<readonly Case[]> {
  const { value: run, ...timed } = await timing(() => carryOut(stage));
  const first = caseOf(stage, "without trouble", timed.seconds, judgeRun(run, stage));
  if (run.code !== EXIT.done) return [first];
  const sent = writes(stage.sandbox);
  const cases = [first, ...(await undoCase(run, stage))];
  for (const operation of new Set(sent)) {
    for (const trouble of TROUBLES) {
      if (stage.context.stop.aborted) return cases;
      const { value, seconds } = await timing(() => meet(operation, trouble, stage));
      cases.push(caseOf(stage, `${operation} ${trouble.said}`, seconds, judgeTrouble(value, sent)));
    }
  }
  return cases;
}

async function undoCase(run: Ran, stage: Stage): Promise<readonly Case[]> {
  if (NOT_TO_RETURN_TO.has(stage.rehearsal.scenario)) return [];
  const { value: back, seconds } = await timing(() => takeBack(run.execution, stage));
  return [caseOf(stage, "undo", seconds, judgeUndo(back))];
}

async function timing<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const begun = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - begun) / 1000 };
}

function caseOf({ rehearsal }: Stage, what: string, seconds: number, remarks: readonly Remark[]): Case {
  const inputs = Object.entries(rehearsal.inputs).map(([name, value]) => ` ${name}=${value}`);
  return { depth: "sandbox", name: `${rehearsal.scenario}${inputs.join("")}: ${what}`, seconds, remarks };
}

/** What one command line came to. */
interface Ran {
  readonly code: ExitCode;
  readonly execution: string;
  readonly reason?: string;
  readonly text: string;
}

async function carryOut({ document, rehearsal, sandbox, stateDir, context }: Stage): Promise<Ran> {
  const target = targetOf(sandbox.env, sandbox.loadBalancer);
  const order = { document, inputs: rehearsal.inputs, command: `plan ${document.runbook.id}` };
  const allowed = { ...order, rehearsal: { target, answersItself: true } };
  return quietly(stateDir, context, (given, quiet) => perform(allowed, given, quiet));
}

const takeBack = (id: string, { stateDir, context }: Stage): Promise<Ran> =>
  quietly(stateDir, context, (given, quiet) => undoExecutionOf({ ...given, id }, quiet, true));

const goOn = (id: string, { stateDir, context }: Stage): Promise<Ran> =>
  quietly(stateDir, context, (given, quiet) => resumeExecution({ ...given, id }, quiet, true));

async function quietly(
  stateDir: string,
  context: Context,
  work: (given: Given, quiet: Context) => Promise<ExitCode>,
): Promise<Ran> {
  const said: string[] = [];
  const sink = (parts: string[]) =>
    ({ isTTY: false, columns: 80, write: (text: string) => parts.push(text) > 0 }) as unknown as NodeJS.WriteStream;
  const quiet = { ...context, stdout: sink(said), stderr: sink([]), stdin: { isTTY: false } as NodeJS.ReadStream };
  const given = { yes: true, output: "ndjson", "state-dir": stateDir };
  const failure = { text: "" };
  const code = await work(given, quiet).catch((error: unknown) => {
    if (!(error instanceof OpsError)) throw error;
    failure.text = error.message;
    return error.exitCode;
  });
  const lines = said.join("").split("\n");
  const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as JournalEvent);
  const end = events.findLast((event): event is ExecutionEnded => event.type === "execution.ended");
  const { reason, text = failure.text } = end ?? {};
  return { code, execution: events[0]?.execution ?? "", text, ...(reason === undefined ? {} : { reason }) };
}

/**
 * The requests that took effect, in order. The lock that operators share is not the runbook's, and a session in a
 * container is opened again to follow what runs there: it is counted for its trouble alone.
 */
function writes(sandbox: Sandbox): string[] {
  const effective = sandbox.requests().filter(({ mutating, effective }) => mutating && effective);
  return effective.map(({ operation }) => operation).filter((operation) => !operation.endsWith("Parameter"));
}

interface Met {
  readonly run: Ran;
  /** Gone on with where it had not come to a good end; undone where that was refused. */
  readonly then?: Ran;
  readonly back?: Ran;
  readonly sent: readonly string[];
}

async function meet(operation: string, trouble: (typeof TROUBLES)[number], stage: Stage): Promise<Met> {
  const { sandbox } = stage;
  await sandbox.reset();
  sandbox.inject({ operation, when: trouble.when, kind: trouble.kind });
  const run = await carryOut(stage);
  sandbox.clearFaults();
  if (run.code === EXIT.done) return { run, sent: writes(sandbox) };
  const then = await goOn(run.execution, stage);
  if (then.code !== EXIT.guarded) return { run, then, sent: writes(sandbox) };
  // Its restoring steps have put things back: what is left is to take back the rest.
  return { run, then, back: await takeBack(run.execution, stage), sent: [] };
}

function judgeRun({ code, text }: Ran, { rehearsal }: Stage): readonly Remark[] {
  if (code === EXIT.done) return [];
  return [fault("VOPS101", `in scenario ${rehearsal.scenario} it ended with exit ${code}: ${text}`)];
}

/** What cannot be undone was declared, and is named. */
const isTakenBack = ({ code, reason }: Ran): boolean => code === EXIT.done || reason === "irreversible";

function judgeUndo(ran: Ran): readonly Remark[] {
  return isTakenBack(ran) ? [] : [fault("VOPS104", `undo ended with exit ${ran.code}: ${ran.text}`)];
}

const SESSION = "ExecuteCommand";

function judgeTrouble({ run, then, back, sent }: Met, usual: readonly string[]): readonly Remark[] {
  const count = (list: readonly string[], name: string) => list.filter((one) => one === name).length;
  const often = [...new Set(sent)].filter((name) => name !== SESSION && count(sent, name) > count(usual, name));
  const twice = often.map((name) =>
    fault("VOPS103", `${name} took effect ${count(sent, name)} times instead of ${count(usual, name)}`),
  );
  const last = back ?? then ?? run;
  const isGood = back === undefined ? last.code === EXIT.done : isTakenBack(back);
  if (isGood) return twice;
  const after = back !== undefined ? ", and undo" : then !== undefined ? ", and resume" : "";
  return [...twice, fault("VOPS102", `it ended with exit ${run.code}${after} with exit ${last.code}: ${last.text}`)];
}

const fault = (rule: InspectionRule, message: string): Remark => remark(rule, "error", message);
