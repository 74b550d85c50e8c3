import { expect, it } from "vitest";
import type { ExecutionSession } from "../../../src/app/execution/session.ts";
import { shareJournal } from "../../../src/app/execution/share-journal.ts";
import type { TargetLock } from "../../../src/app/execution/target-lock.ts";
import { OpsError } from "../../../src/domain/error.ts";
import type { StepConfirmed } from "../../../src/domain/execution-event.ts";
import type { Runbook } from "../../../src/domain/runbook.ts";
import type { JournalFile } from "../../../src/journal/journal-file.ts";
import { runbookOf, step } from "../../engine/support.ts";

const STORE = "dynamodb://journal?region=eu-west-1";
const refused = new OpsError({ code: "journal-store-refused", exitCode: 4, fault: "operator", message: "it refused" });
const refuse = () => Promise.reject(refused);

/** Of a procedure that makes something smaller for the run, and of one that only helps in an incident. */
const registry = { "ecs.scale": { risk: "change" }, "ecs.revert": { risk: "change", isRescue: true } };
const window = runbookOf([step("shrink", "ecs.scale")], [step("grow", "ecs.scale")]);
const rollback = runbookOf([step("revert", "ecs.revert")]);

/** What becomes of a change's record that the shared journal does not take. */
async function confirmed(runbook: Runbook, id: string, typed: boolean, phase: StepConfirmed["phase"] = "do") {
  const lines: string[] = [];
  const asked: string[] = [];
  const file = {
    path: "/nowhere/x0001.jsonl",
    end: () => ({ n: 0, sum: "" }),
    appendLine: async (line: string) => void lines.push(JSON.parse(line).type),
  } as unknown as JournalFile;
  const session = {
    target: { target: { name: "prod" }, planner: { registry }, sharedLog: { name: STORE, put: refuse, read: refuse } },
    io: {
      ask: async ({ text }: { readonly text: string }) => {
        asked.push(text);
        return { yes: typed };
      },
      notify: () => undefined,
      say: () => undefined,
    },
  } as unknown as ExecutionSession;
  const lock = { markUnshared: async () => undefined } as unknown as TargetLock;
  const sharing = { execution: "x0001", store: STORE, runbook, isBack: false, hasSent: false };
  const journal = shareJournal(file, sharing, session, lock);
  const of = { at: "2026-04-10T12:00:00.000Z", execution: "x0001", step: id, phase } as const;
  const event = { ...of, type: "step.confirmed", how: "typed", inputs: {}, basis: {}, outputs: {} } as const;
  const operation = { service: "ecs", name: "UpdateService", input: {} };
  const failure = await journal.append({ ...event, operation, undo: { kind: "irreversible", reason: "none" } }).then(
    () => undefined,
    (error: OpsError) => error.detail,
  );
  return { lines, asked, failure };
}

it("a change is sent on this machine's record alone where a person types it", async () => {
  const { lines, asked, failure } = await confirmed(window, "shrink", true);
  expect([asked, failure]).toEqual([["unshared x0001"], undefined]);
  expect(lines).toEqual(["step.confirmed", "execution.detached"]);
});

it("a change is not sent without that: exit 11, with what to type", async () => {
  const { lines, failure } = await confirmed(window, "shrink", false);
  expect(failure).toMatchObject({ exitCode: 11, next: [expect.stringContaining("type unshared x0001")] });
  expect(lines).toEqual(["step.confirmed", "step.failed"]);
});

it.each([
  ["a rollback", rollback, "revert", "do"],
  ["a restoring step", window, "grow", "do"],
  ["an undo", window, "shrink", "undo"],
] as const)("%s is sent without a question", async (_what, runbook, id, phase) => {
  const { lines, asked } = await confirmed(runbook, id, false, phase);
  expect([asked, lines]).toEqual([[], ["step.confirmed", "execution.detached"]]);
});
