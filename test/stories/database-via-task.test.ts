import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NEEDS, type Needs } from "../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../src/domain/aws/iam-policy.ts";
import { allows } from "../support/policy/allows.ts";
import { askedFor } from "../support/policy/requests.ts";
import { mutations, openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";
import { BRISK, secretFor } from "../support/stories/cutover.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("database-private", 300, { timings: BRISK });
});
beforeEach(() => rig.sandbox.reset("database-private"));
afterAll(() => rig.close());

const COPY = "vulcan-prod-then";
const THROUGH = ["--database-via", "task"];

const run = (...argv: string[]) => vulcanOps([...argv, "--state-dir", rig.stateDir], { columns: 400 });
const status = (...flags: string[]) =>
  vulcanOps(["migrate", "status", "--from", "sql", "--without-aws", ...flags], { columns: 400 });

const count = (operation: string): number => mutations(rig.sandbox).filter((name) => name === operation).length;

/** What the requests so far ask of IAM, and the least policy of the command does not allow. */
const notAllowed = (needs: Needs) =>
  rig.sandbox
    .requests()
    .flatMap(askedFor)
    .filter((asked) => !allows([policyFor(needs, namesOf(TARGET))], asked));

describe("a database that this machine has no route to", () => {
  it("is not reached by its name; through a running task it is, and nothing is left open", async () => {
    const direct = await status();
    expect(direct.code).toBe(1);
    expect(direct.stderr).toMatch(/cannot be reached \(ENOTFOUND\).*--database-via task goes through a task/);
    const through = await status(...THROUGH);
    expect(through.code, through.stderr).toBe(0);
    expect(through.stdout).toMatch(/7 .*Add licences\.seats column/);
    expect(through.stdout).not.toContain("127.0.0.1");
    expect(count("StartSession")).toBeGreaterThan(0);
    await expect.poll(() => count("TerminateSession")).toBe(count("StartSession"));
    expect(notAllowed(NEEDS["migrate status"])).toEqual([]);
  });

  it("is not reached by a dry run, which says so and starts nothing", async () => {
    const { code, stdout } = await run("restore", "--latest", "--dry-run", "--verbose", ...THROUGH);
    expect(code).toBe(0);
    expect(stdout).toMatch(/are not known: a dry run or --follow opens no session in a task/);
    expect(count("StartSession")).toBe(0);
  });

  it("is migrated down under a lock that is held through a task, which is said", async () => {
    const flags = ["--yes", "--confirm", "drop licences.seats", "--expect-current", "7"];
    const { code, stdout, stderr } = await run("migrate", "down", "1", ...flags, ...THROUGH);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout + stderr).toContain("held through a task: it lasts as long as that task does");
    expect(notAllowed(NEEDS["migrate down"])).toEqual([]);
    expect((await status(...THROUGH)).stdout).toContain("6 migrations applied");
  });

  it("is proven after a restore, the restored one and its source, through a task", async () => {
    const { code, stdout, stderr } = await run("restore", "--latest", "--as", COPY, "--yes", ...THROUGH);
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).toMatch(/proven: .*at migration 7 like the source/);
    expect(stdout + stderr).not.toContain("NOT PROVEN");
    expect(count("StartSession")).toBeGreaterThan(1);
    expect(notAllowed(NEEDS.restore)).toEqual([]);
  });

  it("without the flag the restored one is there, and NOT PROVEN is said with the way to it", async () => {
    const { code, stdout, stderr } = await run("restore", "--latest", "--as", COPY, "--yes");
    expect(code).toBe(0);
    expect(stdout + stderr).toMatch(/NOT PROVEN: .*--database-via task/);
    expect(count("StartSession")).toBe(0);
  });

  it("brought into service: the quiet is not proven, since no task is left then; that it serves is", {
    tags: ["variant"],
  }, async () => {
    const secret = ["--database-secret", await secretFor(rig, COPY)];
    const flags = [
      "--latest",
      "--as",
      COPY,
      "--cutover",
      "revision",
      ...secret,
      "--yes",
      "--confirm",
      COPY,
      ...THROUGH,
    ];
    const { code, stdout, stderr } = await run("restore", ...flags);
    const all = stdout + stderr;
    expect(code, all).toBe(0);
    expect(all).toMatch(/cannot be ruled out: the way to the database leads through a task of the service/);
    expect(all).toMatch(/NOT PROVEN that vulcan-prod has no other writer: there is no way to the database/);
    expect(all).toMatch(/\d+ sessions? on vulcan-prod-then; 0 sessions on vulcan-prod/);
  });

  it("brought into service by its name: RDS's ten minutes pass before a task starts, and undo waits as long", async () => {
    const flags = ["--latest", "--as", COPY, "--cutover", "rename", "--yes", "--confirm", "vulcan-prod", ...THROUGH];
    const { code, stdout, stderr } = await run("restore", ...flags);
    const all = stdout + stderr;
    expect(code, all).toBe(0);
    expect(all).toMatch(/its name should lead to it by now, 10 min.* later, which is not proven/);
    expect(all).not.toContain("is available, and its name leads to it");
    const id = /vulcan-ops show (\w+) --/.exec(all)?.[1] ?? "";
    const kept = /vulcan-prod-until-\d+/.exec(all)?.[0] ?? "";
    const undone = await run("undo", id, "--yes", "--confirm", kept, "--confirm", "vulcan-prod");
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
  }, 90_000);
});
