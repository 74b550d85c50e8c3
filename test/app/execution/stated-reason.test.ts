import { expect, it } from "vitest";
import { reasonOf } from "../../../src/app/execution/reason-option.ts";
import type { ExecutionSession } from "../../../src/app/execution/session.ts";
import { lacksReason, statedReason } from "../../../src/app/execution/stated-reason.ts";
import type { Plan } from "../../../src/domain/plan.ts";
import type { Runbook } from "../../../src/domain/runbook.ts";
import { NORMAL, UNCHANGED } from "../../ui/plans.ts";

const said: string[] = [];
const session = (requireReason: boolean, answer: string | undefined, reason?: string): ExecutionSession =>
  ({
    target: { target: { name: "prod", requireReason }, planner: { registry: {} } },
    io: {
      say: (text: string) => said.push(text),
      ask: async () => (answer === undefined ? {} : { text: answer }),
    },
    reason,
  }) as unknown as ExecutionSession;

const runbook = (id: string) => ({ id, steps: [{ action: "rds.rename" }] }) as unknown as Runbook;
const upgrade = runbook("upgrade-service");

it("is asked for where the target requires it, and only then", async () => {
  expect(await statedReason(session(true, " INC-123 "), upgrade, NORMAL)).toBe("INC-123");
  expect(await statedReason(session(true, "unused", "CHG-1"), upgrade, NORMAL)).toBe("CHG-1");
  expect(await statedReason(session(false, "unused"), upgrade, NORMAL)).toBeUndefined();
  await expect(statedReason(session(true, undefined), upgrade, NORMAL)).rejects.toMatchObject({
    detail: { code: "reason-missing", exitCode: 3 },
  });
});

it.each(["rollback-service", "rollback-migration", "restore-database"])("never holds %s up", async (id) => {
  said.length = 0;
  expect(await statedReason(session(true, "unused"), runbook(id), NORMAL)).toBeUndefined();
  expect(said).toEqual(["No reason given (--reason TEXT)."]);
});

it("is needless where nothing changes", () => {
  expect(lacksReason(session(true, undefined), upgrade, UNCHANGED as Plan)).toBe(false);
});

it("is one line of at most 200 characters without secrets", () => {
  expect(reasonOf("INC-1\n two")).toBe("INC-1 two");
  expect(() => reasonOf("x".repeat(201))).toThrow("--reason takes 1 to 200 characters");
});
