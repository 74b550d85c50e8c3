import { describe, expect, it } from "vitest";
import { expectedSeconds, withLifeFindings } from "../../../src/app/execution/credentials-life.ts";
import type { CredentialLife } from "../../../src/domain/aws/credential-source.ts";
import type { Plan, PlannedStep } from "../../../src/domain/plan.ts";

const AT = "2026-04-10T12:00:00.000Z";

function step(action: string, more: Partial<PlannedStep> = {}): PlannedStep {
  return {
    ...{ id: action, title: action, action, risk: "read", confirm: "none", readiness: "ready", summary: "" },
    ...{ inputs: {}, changes: [], findings: [], outputs: {}, operation: null, undo: null, awsCli: null },
    ...more,
  } as PlannedStep;
}
const input = (value: number) => ({ value, origin: "given" }) as const;
const write = { service: "ecs", name: "X", input: {} };
const plan = (...steps: readonly PlannedStep[]) => ({ at: AT, steps, finally: [] }) as unknown as Plan;

const ROLLBACK = plan(
  step("ecs.findRevision"),
  step("ecs.updateService", { operation: write, usualSeconds: 10 }),
  step("ecs.waitForRollout", { usualSeconds: 190 }),
);
const maintenance = (opens: string, expect: number) =>
  plan(
    step("maintenance.check", { inputs: { expect: input(expect) }, outputs: { opens } }),
    step("ecs.scaleService", { readiness: "deferred", usualSeconds: 80 }),
    step("vulcan.migrateUpInTask", { readiness: "left-out", usualSeconds: 60 }),
    step("vulcan.migrateOnStartup", { readiness: "deferred", usualSeconds: 400 }),
    step("watch.service", { inputs: { for: input(1800) }, usualSeconds: 1800 }),
  );
const NOW = maintenance(AT, 0);
const sized = (before: number, after: number) =>
  step("ecs.scaleService", {
    operation: write,
    usualSeconds: 60,
    changes: [{ subject: "service vulcan-prod", property: "desired tasks", before, after }],
  });
const hold = (before: number, after: number) =>
  plan(sized(before, after), step("ecs.holdSize", { usualSeconds: 7200 }));
const RESTORE = plan(step("rds.findRestore"), step("rds.restoreToTime", { operation: write, usualSeconds: 1600 }));
const CUTOVER = plan(...RESTORE.steps, step("ecs.scaleService", { readiness: "deferred" }));

const RENEW = ["put new keys into the environment"];
const life = (minutes: number | undefined, more: Partial<CredentialLife["source"]> = {}): CredentialLife => ({
  source: { text: "keys of the environment", renew: RENEW, isRenewable: false, ...more },
  ...(minutes === undefined ? { isTemporary: true } : { leftMs: minutes * 60_000, endsAt: 0 }),
});
const said = (of: Plan, given: CredentialLife) =>
  withLifeFindings(of, given).steps[0]?.findings.map(({ level, code }) => `${level} ${code}`);

describe("how long a run takes", () => {
  it.each([
    ["a rollback", ROLLBACK, 5],
    ["a maintenance with its watch", NOW, 2 + 10 + 30],
    ["what the release notes announce", maintenance(AT, 3600), 2 + 60 + 30],
    ["a window that begins later", maintenance("2026-04-10T14:00:00Z", 0), 120 + 42],
    ["a window that has begun", maintenance("2026-04-10T11:00:00Z", 0), 42],
    ["a restore", RESTORE, 40],
    ["a hold, whose end is chosen", hold(3, 5), 1.5 + 120],
  ])("%s", (_name, of, minutes) => expect(expectedSeconds(of) / 60).toBe(minutes));
});

describe("the credentials' life beside it", () => {
  it.each([
    ["enough for a rollback", ROLLBACK, life(6), []],
    ["too short for a rollback", ROLLBACK, life(4), ["warn credentials-short"]],
    ["too short for a restore beside what runs", RESTORE, life(20), ["warn credentials-short"]],
    ["too short for a maintenance", NOW, life(30), ["block credentials-short"]],
    [
      "a chained role's hour, before a window in two hours",
      maintenance("2026-04-10T14:00:00Z", 0),
      life(60),
      ["block credentials-short"],
    ],
    ["too short for a hold of more tasks, which stay", hold(3, 5), life(60), ["warn credentials-short"]],
    ["too short for a hold of fewer tasks", hold(5, 3), life(60), ["block credentials-short"]],
    ["too short for a cutover", CUTOVER, life(30), ["block credentials-short"]],
    ["renewed by this program", NOW, life(30, { isRenewable: true }), []],
    ["temporary, and no end known", NOW, life(undefined), ["warn credentials-end-unknown"]],
    ["the same for a rollback", ROLLBACK, life(undefined), []],
    ["nothing to send", plan(step("ecs.findRevision")), life(0), []],
  ])("%s", (_name, of, given, expected) => expect(said(of, given)).toEqual(expected));

  it("names source, end, need, and what to type", () => {
    expect(withLifeFindings(NOW, life(30)).steps[0]?.findings).toEqual([
      {
        level: "block",
        code: "credentials-short",
        text: "these credentials end in 30 min (keys of the environment), and the run may take 42 min",
        next: RENEW,
      },
    ]);
  });
});
