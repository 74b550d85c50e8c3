import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runRunbook } from "../../src/app/execution/run-runbook.ts";
import { openDocument } from "../../src/app/open-runbook.ts";
import type { SharedHolder } from "../../src/domain/lock.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { Environment, ExpectedWait, OperatorIo, Question } from "../../src/domain/ports.ts";
import type { AnyEvent } from "../../src/ui/render/event.ts";
import { type Rig, TARGET } from "../support/sandbox-harness.ts";
import { seedChance } from "../support/simulated-time/chance.ts";
import { BOB, shared } from "../support/stories/two-operators.ts";

/** What the program told its operator, and when by the target's clock (epoch ms). */
export type Call = { readonly at: number } & (
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "notify"; readonly event: AnyEvent }
  | { readonly kind: "wait"; readonly wait: ExpectedWait }
  | { readonly kind: "ask"; readonly question: Question; readonly isSilent: boolean }
);

export type Recording = readonly Call[];

/** One run of a procedure in a world of its own. */
export interface Take {
  readonly scenario: string;
  readonly runbook: string;
  /** As an operator would have typed it. */
  readonly command: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly adminUrl?: boolean;
  /** Nobody answers the question of this step. */
  readonly silentAt?: string;
  /** Ctrl-C once this step's request is sent, or its wait has begun. */
  readonly stopAt?: string;
  /** Another operator takes the target over then. */
  readonly takenAt?: string;
  /** Something is wrong with the world. */
  readonly trouble?: (rig: Rig) => void;
}

const DAY_MS = 86_400_000;
const ID = "7k2mqx";

/** Runs it, answering yes, and writes down all that it says. Each begins at midnight, with the same chance. */
export async function record(rig: Rig, take: Take): Promise<Recording> {
  await rig.sandbox.reset("empty");
  await new Promise((resolve) => setTimeout(resolve, DAY_MS - (Date.now() % DAY_MS)));
  seedChance(1);
  const start = Date.now();
  rig.sandbox.clearFaults();
  await rig.sandbox.reset(take.scenario);
  take.trouble?.(rig);
  const stateDir = mkdtempSync(join(tmpdir(), "vulcan-ops-screens-"));
  const calls: Call[] = [];
  try {
    await run(rig, take, stateDir, calls);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
  return steady(calls, start);
}

/** What the calls would have been on this day, with these ports: all that two runs differ in, in the same width. */
const DAY = Date.UTC(2026, 3, 10);

function steady(calls: readonly Call[], start: number): Recording {
  const later = DAY - start;
  const day = (date: string): string => new Date(Date.parse(date) + later).toISOString().slice(0, 10);
  const text = JSON.stringify(calls)
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:41234")
    .replace(/\b20\d\d-\d\d-\d\d/g, day)
    .replace(/\b(20\d\d)(\d\d)(\d\d)(?=\d{4}\b)/g, (_, ...[y, m, d]) => day(`${y}-${m}-${d}`).replaceAll("-", ""))
    // A fingerprint of migrations has the days in it, and the marks of a command no seed.
    .replace(/(rows, newest \d+, )[0-9a-f]{12}\b/g, "$14ac97fdc5a58")
    .replace(/\b[0-9a-f]{16}\b/g, "0123456789abcdef");
  return (JSON.parse(text) as readonly Call[]).map((call) => {
    const at = call.at + later;
    return call.kind === "wait"
      ? { ...call, at, wait: { ...call.wait, since: call.wait.since + later } }
      : { ...call, at };
  });
}

async function run(rig: Rig, take: Take, stateDir: string, calls: Call[]): Promise<void> {
  const stop = new AbortController();
  let note = (_call: Parameters<typeof push>[0]): void => undefined;
  const push = (call: { [K in Call["kind"]]: Omit<Extract<Call, { kind: K }>, "at"> }[Call["kind"]]) => note(call);
  const io: OperatorIo = {
    hasPerson: true,
    notify(event) {
      push({ kind: "notify", event: withoutChance(event) });
      if (event.type !== "step.sent" && event.type !== "step.progress") return;
      if (event.step === take.stopAt) stop.abort(130);
      if (event.step === take.takenAt) void takeOver(rig);
    },
    async ask(question) {
      const isSilent = question.kind === "confirm" && question.step.id === take.silentAt;
      push({ kind: "ask", question, isSilent });
      return (await answer(question, isSilent)) as never;
    },
    waits: (wait) => push({ kind: "wait", wait }),
    showPlan: (plan) => push({ kind: "plan", plan }),
    say: (text) => push({ kind: "say", text }),
    alert: (text) => push({ kind: "say", text }),
    note: () => undefined,
    assertAnswerable: () => undefined,
    assertRestAnswerable: async () => undefined,
    close: () => undefined,
  };
  const environment = { env: process.env, cwd: tmpdir(), ids: { execution: () => ID }, stop: stop.signal, note() {} };
  const request = {
    document: await openDocument(take.runbook, { verb: "run", cwd: tmpdir() }),
    inputs: take.inputs ?? {},
    command: take.command,
    pinned: take.adminUrl === true ? { ...TARGET, adminUrl: rig.sandbox.loadBalancer } : TARGET,
  };
  await runRunbook(request, { stateDir }, environment as unknown as Environment, (clock) => {
    note = (call) => void calls.push({ ...call, at: clock.now() } as Call);
    return io;
  });
}

/** What no seed decides: a request's id, and the checksum of a journal that has the day in it. */
function withoutChance(event: AnyEvent): AnyEvent {
  if (event.type === "step.sent" && event.receipt.requestId !== undefined)
    return { ...event, receipt: { ...event.receipt, requestId: "5f1d9c3e-0000-4000-8000-7d2b6a4c8e10" } };
  return event.type === "execution.ended" && event.head !== undefined ? { ...event, head: "4c1f09ae" } : event;
}

/** Where nobody answers, the countdown's seconds or those of the silence pass. */
async function answer(question: Question, isSilent: boolean): Promise<unknown> {
  if (question.kind === "hold") return { go: true };
  if (question.kind === "choice") return { value: question.fallback, how: "none" };
  if (question.kind !== "confirm") return { yes: true };
  const { silence, mode } = question;
  if (!isSilent || silence === undefined) return { yes: true, how: mode };
  await new Promise((resolve) => setTimeout(resolve, silence.within * 1000));
  return { yes: silence.answer === "yes", how: "silence" };
}

let taken: Promise<void> | undefined;

function takeOver(rig: Rig): Promise<void> {
  const since = new Date(rig.sandbox.now()).toISOString();
  const holder: SharedHolder = { ...BOB, since, tookOverFrom: ID };
  taken ??= shared()
    .replace(holder)
    .finally(() => {
      taken = undefined;
    });
  return taken;
}
