import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECSClient, TagResourceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NEEDS } from "../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../src/domain/aws/iam-policy.ts";
import type { Fault } from "../../src/sandbox/index.ts";
import { allows } from "../support/policy/allows.ts";
import { askedFor } from "../support/policy/requests.ts";
import { vulcanOpsProcess } from "../support/process.ts";
import { mutations, type Outcome, openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";
import { SOON_MS } from "../support/soon.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("migrate-commands", 60);
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("migrate-commands");
});
afterAll(() => rig.close());

/** With an admin API and a database that could answer, too. */
async function status(flags: readonly string[], settings = "", stop?: AbortSignal): Promise<Outcome> {
  const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
  const admin = `adminUrl: "${rig.sandbox.loadBalancer}", `;
  writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n  vulcan-prod: {${admin}${settings}}\n`);
  const around = { env: { VULCAN_OPS_CONFIG }, columns: 300, ...(stop && { stop }) };
  return vulcanOps(["migrate", "status", ...flags], around);
}

const report = async (flags: readonly string[], settings?: string) =>
  JSON.parse((await status([...flags, "--output", "json"], settings)).stdout);

const refuse = (kind: Fault["kind"]): void =>
  rig.sandbox.inject({ operation: "ExecuteCommand", when: "before", kind, times: 9 });

const FROM = ["--from", "container"];
const PLACE = /^vulcan of task [0-9a-f]{32} \(vulcan-prod:43\)$/;

describe("migrate status from a container", () => {
  it("lists what the program in it lists, and says which task answered", async () => {
    const found = await report(FROM);
    expect(found).toMatchObject({
      answeredBy: "container",
      sources: [{ source: "container", place: expect.stringMatching(PLACE), outcome: "answered" }],
      newest: 8,
      image: { known: false },
      pending: null,
      pendingCount: 0,
      holes: [],
      locks: { known: false, why: "migrationsFrom or --from leaves out sql" },
    });
    expect(found.applied.map(({ version }: { version: number }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(mutations(rig.sandbox)).toEqual(["ExecuteCommand"]);
    const policy = policyFor(NEEDS["migrate status"], namesOf(TARGET));
    const asked = rig.sandbox.requests().flatMap(askedFor);
    expect(asked.filter((one) => !allows([policy], one))).toEqual([]);
  });

  it("by the built program, which nothing keeps waiting afterwards", async () => {
    const begun = performance.now();
    const { code, stdout } = await vulcanOpsProcess(["migrate", "status", ...FROM]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("container, vulcan of task")]);
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
  });

  it("tells the same as the table, with its count of pending ones", async () => {
    const byTable = await report(["--from", "sql"]);
    const rows = byTable.applied.map((row: object) => ({ ...row, durationMs: null }));
    expect((await report(FROM)).applied).toEqual(rows);
    const { code, stdout } = await status(FROM);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Pending +none \(by vulcan migrate status\)/);
    expect(stdout).toMatch(/Read by +container, vulcan of task [0-9a-f]{32} \(vulcan-prod:43\)/);
  });

  it("of a Vulcan that has no such command by curl to its own admin API, without the token in any request", async () => {
    const byTable = await report(["--from", "sql"]);
    await rig.sandbox.reset("healthy");
    const found = await report(FROM);
    expect(found.applied).toHaveLength(7);
    expect(found.applied[0]).toEqual(
      expect.objectContaining({ version: 1, description: byTable.applied[0].description }),
    );
    expect(found.sources).toMatchObject([
      { place: expect.stringMatching(/^vulcan of task \w+ \(vulcan-prod:42\), by curl$/) },
    ]);
    expect(mutations(rig.sandbox)).toEqual(["ExecuteCommand", "ExecuteCommand"]);
  });

  it("says where the count and the image's label do not fit together", async () => {
    const resourceArn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:43";
    const tags = [{ key: "vulcan.migrations", value: "9" }];
    await new ECSClient({}).send(new TagResourceCommand({ resourceArn, tags }));
    expect(await report(FROM)).toMatchObject({ pending: [{ from: 9, to: 9 }], pendingCount: 0 });
    expect((await status(FROM)).stdout).toMatch(/But +none pending by vulcan migrate status/);
  });

  it("starts nothing unless the setting or the flag names it, and nothing where another answers first", async () => {
    expect((await report([])).answeredBy).toBe("api");
    expect((await report([], 'migrationsFrom: "sql,container"')).sources).toMatchObject([
      { source: "sql", outcome: "answered" },
      { source: "container", outcome: "not asked" },
    ]);
    expect(mutations(rig.sandbox)).toEqual([]);
    expect((await report([], "migrationsFrom: container")).answeredBy).toBe("container");
    expect((await report(["--from", "sql"], "migrationsFrom: container")).answeredBy).toBe("sql");
    expect(mutations(rig.sandbox)).toEqual(["ExecuteCommand"]);
  });
});

describe("where no container answers", () => {
  it("an agent that is not connected: exit 1 with the reason; the next source is asked", async () => {
    refuse("not-connected");
    const { code, stderr } = await status(FROM);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/the agent for ECS Exec in task \w+ cannot be reached/)]);
    expect((await report(["--from", "container,api"])).answeredBy).toBe("api");
  });

  it("credentials that may not: exit 4 naming the action; the next source is asked", async () => {
    refuse("access-denied");
    const { code, stderr } = await status(FROM);
    expect([code, stderr]).toEqual([4, expect.stringContaining("AWS refused ecs:ExecuteCommand")]);
    const { stdout } = await status(["--from", "container,sql"]);
    expect(stdout).toMatch(/No answer container: AWS refused ecs:ExecuteCommand/);
  });

  it("no healthy task of the PRIMARY revision: nothing is started", async () => {
    await rig.sandbox.reset("bad-release");
    const { code, stderr } = await status(FROM);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no task of vulcan-prod:43 is (HEALTHY|running)/)]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("another account is a hard stop, and nothing is started", async () => {
    const { code, stderr } = await status(["--from", "container,api"], 'account: "999988887777"');
    expect([code, stderr]).toEqual([11, expect.stringContaining("pinned to account 999988887777")]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it.each([
    ["before it has begun: nothing is started", "DescribeTasks", "before", []],
    ["in the middle: its session is ended", "ExecuteCommand", "after", ["ExecuteCommand", "TerminateSession"]],
  ] as const)("Ctrl-C %s", async (_name, operation, when, sent) => {
    rig.sandbox.inject({ operation, when, kind: "stall", ms: 1500 });
    const stop = new AbortController();
    const running = status(["--from", "container,api"], "", stop.signal);
    await expect.poll(() => rig.sandbox.state().faults[0]?.struck, { timeout: 20_000, interval: 5 }).toBe(1);
    stop.abort(130);
    const { code, stdout } = await running;
    expect([code, stdout]).toEqual([130, ""]);
    expect(mutations(rig.sandbox)).toEqual(sent);
  });

  it("is not asked without AWS", async () => {
    const { code, stderr } = await status([...FROM, "--without-aws"]);
    expect([code, stderr]).toEqual([6, expect.stringContaining("container: AWS is not to be asked (--without-aws)")]);
  });

  it.each(["exec", "api,,sql", "api,api", "container, sql"])("--from %j is refused: exit 6", async (from) => {
    const { code, stderr } = await status([`--from=${from}`]);
    expect([code, stderr]).toEqual([6, expect.stringContaining("is no order of sources")]);
  });
});
