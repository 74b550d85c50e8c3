import type { Action, Attempt, Failure, Registry, StepPlan, Verdict, VerifyContext } from "../../src/domain/action.ts";
import { defineAction } from "../../src/domain/action.ts";
import type { ExitCode } from "../../src/domain/exit-codes.ts";

/** A world of numbered cells: actions read it, a gateway writes it, a test moves or breaks it. */
export class Cells {
  readonly values: Record<string, number>;
  /** Before each read, with what reads: `observe`, `verify` or `probe`. */
  onRead: (cell: string, by: string) => void = () => undefined;

  /** While a request waits for a busy cell; false: it stays busy. */
  onFree: (cell: string) => boolean = () => true;

  constructor(values: Record<string, number>) {
    this.values = { ...values };
  }

  waitUntilFree(cell: string): boolean {
    return this.onFree(cell);
  }

  read(cell: string, by: string): number {
    this.onRead(cell, by);
    return this.values[cell] ?? 0;
  }
}

/** A cell with this value is broken: what waits for another value gives up. */
export const BROKEN = -1;

const described = { description: "For a test." };
const cellInput = { cell: { type: "string", ...described } } as const;
const putInputs = {
  ...cellInput,
  to: { type: "integer", ...described },
  expect: { type: "integer", required: false, ...described },
} as const;

const put = defineAction<Cells, typeof putInputs, number>({
  name: "cell.put",
  summary: "Put a number into a cell.",
  risk: "change",
  isRescue: true,
  inputs: putInputs,
  outputs: { before: { type: "integer", ...described } },
  consequence: { of: ["to"], text: ({ to }) => String(to) },
  observe: async ({ cell }, { services }) => ({ kind: "observed", value: services.read(cell, "observe") }),
  plan: ({ cell, to, expect }, now) => planPut(cell, to, expect, now),
  verify: ({ cell, to }, _attempt, waiting) => awaitValue(cell, to, waiting),
  busy: {
    refusal: /busy$/,
    wait: async ({ cell }, { services }, signal) => {
      const isFree = services.waitUntilFree(cell);
      signal.throwIfAborted();
      return isFree;
    },
  },
  probe: async ({ cell, to }, attempt, { services }) => probeValue(cell, to, attempt, services),
});

function planPut(cell: string, to: number, expect: number | undefined, now: number): StepPlan {
  const outputs = { before: now };
  if (now === to) return { summary: `${cell} is ${to}`, changes: [], findings: [], outputs };
  const wrong = expect !== undefined && expect !== now;
  return {
    summary: `${cell}: ${now} → ${to}`,
    changes: [{ subject: cell, property: "value", before: now, after: to }],
    findings: wrong ? [{ level: "block", code: "changed-since", text: `${cell} is ${now}` }] : [],
    outputs,
    proposal: {
      operation: { service: "cell", name: "Put", input: { cell, to } },
      undo: {
        kind: "operation",
        operation: { service: "cell", name: "Put", input: { cell, to: now } },
        with: { cell, to: now, expect: to },
      },
      basis: { value: now },
      consequence: String(to),
      current: String(now),
    },
  };
}

async function awaitValue(cell: string, to: number, waiting: VerifyContext<Cells>): Promise<Verdict> {
  for (;;) {
    const now = waiting.services.read(cell, "verify");
    if (now === to) return { kind: "true", text: `${cell} is ${to}` };
    if (now === BROKEN) return { kind: "false", failure: failure("broken", `${cell} is broken`) };
    if (waiting.clock.now() >= waiting.deadline) return { kind: "open", failure: failure("late", `${cell} is ${now}`) };
    waiting.progress(`${cell} is ${now}`);
    await waiting.clock.sleep(1000, waiting.signal);
  }
}

function failure(reason: string, text: string): Failure {
  return { reason, text, evidence: [], next: [] };
}

function probeValue(cell: string, to: number, attempt: Attempt, world: Cells) {
  const now = world.read(cell, "probe");
  const kind = now === to ? "done" : now === attempt.basis?.value ? "notDone" : "unknown";
  return { kind, evidence: `${cell} is ${now}` } as const;
}

const burn = defineAction<Cells, typeof cellInput, number>({
  name: "cell.burn",
  summary: "Empty a cell for good.",
  risk: "destructive",
  inputs: cellInput,
  outputs: {},
  observe: async ({ cell }, { services }) => ({ kind: "observed", value: services.read(cell, "observe") }),
  plan: ({ cell }, now) => ({
    summary: `${cell} is lost`,
    changes: [],
    findings: [],
    outputs: {},
    proposal: {
      operation: { service: "cell", name: "Put", input: { cell, to: 0 } },
      undo: { kind: "irreversible", reason: "ash stays ash" },
      basis: { value: now },
      consequence: cell,
    },
  }),
});

const look = defineAction<Cells, typeof cellInput, number>({
  name: "cell.look",
  summary: "Read a cell.",
  risk: "read",
  inputs: cellInput,
  outputs: { value: { type: "integer", ...described } },
  observe: async ({ cell }, { services }) => ({ kind: "observed", value: services.read(cell, "observe") }),
  plan: ({ cell }, value) => ({ summary: `${cell} is ${value}`, changes: [], findings: [], outputs: { value } }),
});

const awaitInputs = { ...cellInput, value: { type: "integer", ...described } } as const;
const wait = defineAction<Cells, typeof awaitInputs, number>({
  name: "cell.await",
  summary: "Wait until a cell has a value.",
  risk: "read",
  inputs: awaitInputs,
  outputs: {},
  observe: async ({ cell }, { services, pendingStep }) =>
    pendingStep === undefined
      ? { kind: "observed", value: services.read(cell, "observe") }
      : { kind: "deferred", until: pendingStep },
  plan: ({ cell, value }) => ({
    summary: `until ${cell} is ${value}`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `${cell} is ${value}`,
  }),
  verify: ({ cell, value }, _attempt, waiting) => awaitValue(cell, value, waiting),
});

const proveInputs = { ...cellInput, onward: { type: "string", ...described } } as const;

/** A cell that is broken does not answer, and the proof is not given. */
const prove = defineAction<Cells, typeof proveInputs, null>({
  name: "cell.prove",
  summary: "Prove that a cell answers.",
  risk: "read",
  inputs: proveInputs,
  outputs: { doubt: { type: "string", required: false, ...described } },
  observe: async () => ({ kind: "observed", value: null }),
  plan: ({ cell }) => ({ summary: cell, changes: [], findings: [], outputs: {}, waitsFor: `${cell} answers` }),
  verify: async ({ cell, onward }, _attempt, { services }) => {
    if (services.read(cell, "verify") !== BROKEN) return { kind: "true", text: `${cell} is proven` };
    const text = `${cell} is NOT PROVEN`;
    const failure = { reason: "unproven", text, evidence: [], next: ["vulcan-ops resume"] };
    const [way, code] = onward.split(" ") as ["stop" | "again" | "passed", string | undefined];
    const exitCode = code === undefined ? {} : { exitCode: Number(code) as ExitCode };
    return { kind: "unproven", onward: way, failure, outputs: { doubt: text }, ...exitCode };
  },
});

/** A world without a cell of that kind has no such step. */
const tend = defineAction<Cells, Record<string, never>, null>({
  name: "cell.tend",
  summary: "Tend the garden, where there is one.",
  risk: "read",
  isPart: ({ values }) => values.garden !== undefined,
  inputs: {},
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: () => ({ summary: "the garden is tended", changes: [], findings: [], outputs: {} }),
});

/** The only actions of this world. */
export const registry: Registry<Cells> = Object.fromEntries(
  [put, burn, look, wait, prove, tend].map((action: Action<Cells>) => [action.name, action]),
);
