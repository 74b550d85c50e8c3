import { mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { OpsError } from "../../domain/error.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import type { Case, InspectionFinding } from "../../domain/inspection.ts";
import type { Environment, OpenIo } from "../../domain/ports.ts";
import type { Document } from "../../domain/runbook.ts";
import { resumeExecution, undoExecution } from "../execution/continue-execution.ts";
import { readExecution } from "../execution/record.ts";
import { runRunbook } from "../execution/run-runbook.ts";
import type { ExecutionResult } from "../execution/session.ts";
import { sandboxTarget, useSandboxEnvironment } from "../sandbox/sandbox-environment.ts";
import { readTimingOptions } from "../sandbox/world-options.ts";
import { autoAnswer } from "./auto-answer.ts";
import { type Unaccounted, withoutCause } from "./causes.ts";
import { inspectionFinding } from "./inspection-finding.ts";
import { NOT_TO_RETURN_TO, type Rehearsal } from "./rehearsal-matrix.ts";
import type { InspectionRule } from "./rules.ts";

type Sandbox = import("../../sandbox/index.ts").Sandbox;

/** Fast enough for a rollout within seconds, slow enough that real health checks keep up. */
const SPEED = 300;

/** Each request meets each fault once: it is refused before it takes effect, or its answer is lost after. */
const FAULTS = [
  { when: "before", kind: "throttle", said: "is refused" },
  { when: "after", kind: "reset", said: "takes effect and its answer is lost" },
] as const;

/**
 * Executes a runbook in its own sandbox: once without faults, followed by an undo. Then it executes the runbook once
 * for each request that was sent and each kind of fault. Every question is answered with yes.
 */
export async function rehearseAll(
  document: Document,
  rehearsal: Rehearsal,
  seed: number,
  environment: Environment,
  tell: (one: Case) => void,
): Promise<readonly Case[]> {
  const { startSandbox } = await import("../../sandbox/index.ts");
  const outside = { ...process.env };
  const timings = await readTimingOptions(rehearsal.timings ?? []);
  const sandbox = await startSandbox({ scenario: rehearsal.scenario, speed: SPEED, seed, timings });
  // In the sandbox's own folder, which is removed with the sandbox.
  const stateDir = mkdtempSync(join(dirname(sandbox.env.VULCAN_OPS_CLOCK ?? ""), "state-"));
  try {
    const inside = useSandboxEnvironment(sandbox.env, environment);
    const stage: Stage = { document, rehearsal, sandbox, stateDir, environment: inside, tell };
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
  readonly environment: Environment;
  /** Told each case when it has ended. */
  readonly tell: (one: Case) => void;
}

async function allCases(stage: Stage): Promise<readonly Case[]> {
  const { value: run, ...timed } = await timing(() => runOnce(stage));
  const first = caseOf(stage, "without trouble", timed.seconds, judgeRun(run, stage));
  if (run.code !== EXIT.done) return [first];
  const sent = writes(stage.sandbox);
  const cases = [first, ...(await undoCase(run, stage))];
  for (const operation of new Set(sent)) {
    for (const trouble of FAULTS) {
      if (stage.environment.stop.aborted) return cases;
      const { value, seconds } = await timing(() => runWithFault(operation, trouble, stage));
      cases.push(caseOf(stage, `${operation} ${trouble.said}`, seconds, judgeFault(value)));
    }
  }
  return cases;
}

async function undoCase(run: RunResult, stage: Stage): Promise<readonly Case[]> {
  if (NOT_TO_RETURN_TO.has(stage.rehearsal.scenario)) return [];
  const { value: back, seconds } = await timing(() => undoRun(run.execution, stage));
  return [caseOf(stage, "undo", seconds, judgeUndo(back))];
}

async function timing<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const begun = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - begun) / 1000 };
}

function caseOf(
  { rehearsal, tell }: Stage,
  what: string,
  seconds: number,
  remarks: readonly InspectionFinding[],
): Case {
  const inputs = Object.entries(rehearsal.inputs).map(([name, value]) => ` ${name}=${value}`);
  const name = `${rehearsal.scenario}${inputs.join("")}: ${what}`;
  const named = remarks.map((remark) => ({ ...remark, message: `${name}: ${remark.message}` }));
  const ended: Case = { depth: "sandbox", name, seconds, remarks: named };
  tell(ended);
  return ended;
}

/** The result of one run, resume or undo. */
interface RunResult {
  readonly code: ExitCode;
  readonly execution: string;
  readonly reason?: string;
  readonly text: string;
}

function runOnce({ document, rehearsal, sandbox, stateDir, environment }: Stage): Promise<RunResult> {
  const pinned = sandboxTarget(sandbox.env, sandbox.loadBalancer);
  const request = { document, inputs: rehearsal.inputs, command: `plan ${document.runbook.id}`, pinned };
  return resultOf((openIo) => runRunbook(request, { stateDir }, environment, openIo));
}

const undoRun = (id: string, { stateDir, environment }: Stage): Promise<RunResult> =>
  resultOf((openIo) => undoExecution({ id, stateDir }, environment, openIo));

const resumeRun = (id: string, { stateDir, environment }: Stage): Promise<RunResult> =>
  resultOf((openIo) => resumeExecution({ id, stateDir }, environment, openIo));

/** An OpsError is a result too. It has an execution if one had begun. */
async function resultOf(work: (openIo: OpenIo) => Promise<ExecutionResult>): Promise<RunResult> {
  const heard = { execution: "" };
  try {
    const { execution, outcome } = await work(() => autoAnswer((event) => Object.assign(heard, event)));
    const { exitCode: code, reason, text } = outcome;
    return { code, execution, text, ...(reason === undefined ? {} : { reason }) };
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return { code: error.exitCode, execution: heard.execution, text: error.message };
  }
}

/** The requests that took effect, in order, without those of the operators' shared lock: it is not the runbook's. */
function writes(sandbox: Sandbox): string[] {
  const effective = sandbox.requests().filter(({ mutating, effective }) => mutating && effective);
  return effective.map(({ operation }) => operation).filter((operation) => !operation.endsWith("Parameter"));
}

interface FaultRun {
  readonly run: RunResult;
  /** `then`: the resume, if `run` did not end well. `back`: the undo, if that resume was refused. */
  readonly then?: RunResult;
  readonly back?: RunResult;
  /** What took effect more often than the journal has a cause for it. */
  readonly unaccounted: readonly Unaccounted[];
}

async function runWithFault(operation: string, trouble: (typeof FAULTS)[number], stage: Stage): Promise<FaultRun> {
  const { sandbox } = stage;
  await sandbox.reset();
  sandbox.inject({ operation, when: trouble.when, kind: trouble.kind });
  const run = await runOnce(stage);
  sandbox.clearFaults();
  if (run.code === EXIT.done) return { run, unaccounted: await compare(run, stage) };
  const then = await resumeRun(run.execution, stage);
  if (then.code !== EXIT.guarded) return { run, then, unaccounted: await compare(run, stage) };
  // The restoring steps have already run, so only an undo of the rest is left.
  return { run, then, back: await undoRun(run.execution, stage), unaccounted: [] };
}

async function compare({ execution }: RunResult, stage: Stage): Promise<readonly Unaccounted[]> {
  if (execution === "") return [];
  const { events } = await readExecution(execution, { stateDir: stage.stateDir }, stage.environment);
  return withoutCause(writes(stage.sandbox), events);
}

function judgeRun({ code, text }: RunResult, { rehearsal }: Stage): readonly InspectionFinding[] {
  if (code === EXIT.done) return [];
  return [fault("VOPS101", `in scenario ${rehearsal.scenario} it ended with exit ${code}: ${text}`)];
}

/** An irreversible step is not a failure: it was declared, and the result names it. */
const isUndone = ({ code, reason }: RunResult): boolean => code === EXIT.done || reason === "irreversible";

function judgeUndo(ran: RunResult): readonly InspectionFinding[] {
  return isUndone(ran) ? [] : [fault("VOPS104", `undo ended with exit ${ran.code}: ${ran.text}`)];
}

function judgeFault({ run, then, back, unaccounted }: FaultRun): readonly InspectionFinding[] {
  const twice = unaccounted.map(({ name, count, causes }) =>
    fault("VOPS103", `${name} took effect ${count} times; the journal confirmed it ${causes} times`),
  );
  const last = back ?? then ?? run;
  const isGood = back === undefined ? last.code === EXIT.done : isUndone(back);
  if (isGood) return twice;
  const after = back !== undefined ? ", and undo" : then !== undefined ? ", and resume" : "";
  return [...twice, fault("VOPS102", `it ended with exit ${run.code}${after} with exit ${last.code}: ${last.text}`)];
}

const fault = (rule: InspectionRule, message: string): InspectionFinding => inspectionFinding(rule, "error", message);
