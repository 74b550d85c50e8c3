import type { Action, Registry } from "../../src/domain/action.ts";
import { defineAction } from "../../src/domain/action.ts";
import { JOURNAL_SCHEMA_VERSION } from "../../src/domain/execution-event.ts";
import type { Runbook, Step } from "../../src/domain/runbook.ts";
import { execute } from "../../src/engine/execute.ts";
import { planRunbook } from "../../src/engine/plan.ts";
import { type Engine, startRun } from "../../src/engine/run.ts";

/** What the engine itself costs a step: actions that do nothing, a journal in memory, and a hundred steps. */
const STEPS = 100;

const action: Action<null> = defineAction<null, Record<string, never>, null>({
  name: "bench.nothing",
  summary: "",
  risk: "change",
  inputs: {},
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: () => ({
    summary: "nothing",
    changes: [{ subject: "s", property: "p", before: 1, after: 2 }],
    findings: [],
    outputs: {},
    proposal: {
      operation: { service: "bench", name: "Nothing", input: { a: 1 } },
      undo: { kind: "irreversible", reason: "bench" },
      basis: { a: 1 },
      consequence: "x",
    },
  }),
  verify: async () => ({ kind: "true", text: "done" }),
  probe: async () => ({ kind: "notDone", evidence: "" }),
});
const registry: Registry<null> = { [action.name]: action };

const step = (index: number): Step => ({
  id: `s${index}`,
  title: "Nothing",
  action: action.name,
  with: {},
  timeoutSeconds: 60,
  onFailure: "abort",
});
const steps = Array.from({ length: STEPS }, (_, index) => step(index));
const runbook: Runbook = {
  schemaVersion: "1",
  id: "bench",
  title: "",
  description: "",
  inputs: {},
  steps,
  finally: [],
};
const target = { name: "t", cluster: "c", service: "s", database: "d", production: false };

const engine: Engine<null> = {
  registry,
  target,
  clock: { now: () => Date.now(), sleep: async () => undefined },
  services: null,
  snapshot: () => null,
  awsLine: () => "",
  asPasted: (line) => line,
  gateway: { send: async () => ({ answer: {} }) },
  io: { notify: () => undefined, ask: async () => ({ yes: true, how: "prompt" }) as never },
  journal: { append: async (event) => void JSON.stringify(event) },
  stop: new AbortController().signal,
};

const caller = { account: "1", arn: "a" };
const document = { runbook, text: "", source: "bench", sha256: "" };

async function round(): Promise<number> {
  const started = performance.now();
  const plan = await planRunbook(engine, document, {}, Promise.resolve(caller));
  const event = {
    type: "execution.started",
    at: plan.at,
    execution: "bench",
    schemaVersion: JOURNAL_SCHEMA_VERSION,
  } as const;
  const meta = {
    runbook: { id: "bench", source: "", sha256: "", text: "" },
    inputs: {},
    target,
    caller,
    operator: "",
    host: "",
    version: "",
  };
  const run = await startRun(engine, { ...event, ...meta }, runbook, plan);
  await execute(run);
  return (performance.now() - started) / STEPS;
}

await round();
const rounds: number[] = [];
for (let index = 0; index < 5; index++) rounds.push(await round());
process.stdout.write(JSON.stringify(rounds.sort((a, b) => a - b)[2]));
