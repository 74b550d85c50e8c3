import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { READS, WRITES } from "../../src/domain/aws/iam-actions.ts";
import { NEEDS, type Needs } from "../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../src/domain/aws/iam-policy.ts";
import { allows } from "../support/policy/allows.ts";
import { actionOf, askedFor } from "../support/policy/requests.ts";
import { openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 300);
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("bad-release");
});
afterAll(() => rig.close());

const run = (...words: readonly string[]) => vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 400 });
const rollback = () => run("rollback", "--yes", "--confirm", "42", "--expect-current", "43", "--output", "json");
const idOf = ({ stdout }: { readonly stdout: string }): string => JSON.parse(stdout).execution;

/** Answers each of these actions as IAM does that does not allow it. */
function deny(actions: readonly string[]): void {
  for (const action of actions) {
    const operation = action.split(":")[1] ?? "";
    rig.sandbox.inject({ operation, when: "before", kind: "access-denied", times: 10_000 });
  }
}

const denials = () => rig.sandbox.requests().filter(({ error = "" }) => error === "access-denied");
const notAllowed = (needs: Needs) =>
  rig.sandbox
    .requests()
    .flatMap(askedFor)
    .filter((asked) => !allows([policyFor(needs, namesOf(TARGET))], asked));

/** What status leaves out where it may not be read, because another part shows it. */
const UNSAID: Readonly<Record<string, string>> = {
  "elasticloadbalancing:DescribeTargetGroups": "the health of the group is shown as it is",
};

describe("an observer, who may not write", () => {
  it("sees everything: no command that only reads asks for more", async () => {
    const done = await rollback();
    await rig.sandbox.reset("bad-release");
    deny(WRITES.map(({ action }) => action));
    const codes = [
      (await run("status")).code,
      (await run("doctor")).code,
      (await vulcanOps(["watch", "--for", "10m"])).code,
      (await run("plan", "--all", "--dry-run=read")).code,
      (await run("rollback", "--dry-run")).code,
    ];
    expect(codes).toEqual([0, 0, 8, 0, 0]);
    expect([denials(), notAllowed(NEEDS.observer)]).toEqual([[], []]);

    const before = rig.sandbox.requests().length;
    expect((await run("history")).stdout).toContain(idOf(done));
    expect((await run("show", idOf(done))).code).toBe(0);
    expect(rig.sandbox.requests().length).toBe(before);
  });

  it("follows a deployment by reads alone, and needs no others than it names", async () => {
    await rig.sandbox.reset("image-missing");
    deny(WRITES.map(({ action }) => action));
    const { code, stdout } = await run("upgrade", "--follow");
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^FAILED IN PHASE 2/)]);
    expect([denials(), notAllowed(NEEDS["upgrade follow"]), notAllowed(NEEDS.observer)]).toEqual([[], [], []]);
    const { stdout: policy } = await run("iam", "--for", "upgrade --follow", "--output", "json");
    expect(policy).not.toMatch(/Update|Put|Stop/);
  });

  it("is told by the doctor of each read that is missing, and what allows it", async () => {
    const optional = READS.filter(
      ({ needed, onInstances, ofAlerts }) => needed !== true && (onInstances ?? ofAlerts) !== true,
    );
    const missing = optional.map(({ action }) => action);
    deny(missing);
    const { code, stdout } = await run("doctor", "--output", "json");
    const found = JSON.parse(stdout).findings.find(
      ({ check, level }: { check: string; level: string }) => check === "permissions" && level === "warn",
    );
    expect(code).toBe(0);
    const named = missing.filter((action) => found.evidence.includes(action));
    const tried = new Set(rig.sandbox.requests().map(actionOf));
    expect(named).toEqual(missing.filter((action) => tried.has(action)));
    const fixes = (found.policy as readonly string[]).map((statement) => JSON.parse(statement));
    expect(fixes.flatMap(({ Action }) => Action).sort()).toEqual([...named].sort());
    expect(fixes.find(({ Action }) => Action.includes("ssm:GetParameter"))).toMatchObject({
      Effect: "Allow",
      Resource: "arn:aws:ssm:eu-west-1:*:parameter/vulcan-ops/locks/*",
    });
  });

  it.each([...new Set<string>(NEEDS.status.reads)].filter((action) => !(action in UNSAID)))(
    "has a status without %s, which says what it could not read, if it was asked",
    async (action) => {
      await rig.sandbox.reset("healthy");
      deny([action]);
      const { code, stdout } = await run("status");
      const isAsked = denials().length > 0;
      expect([code, /not checked|not read|unread/i.test(stdout)]).toEqual([0, isAsked]);
    },
  );
});

it("after a refusal, task counts of old deployments are not asked for again, and status says why", async () => {
  await rig.sandbox.reset("healthy");
  deny(["ecs:DescribeServiceDeployments"]);
  await vulcanOps(["watch", "--for", "10m"]);
  expect(denials().map(({ operation }) => operation)).toEqual(["DescribeServiceDeployments"]);
  const { stdout } = await run("status", "--verbose");
  expect(stdout).toContain("task counts not read: not allowed ecs:DescribeServiceDeployments");
});

describe("each request says who sends it", () => {
  const agents = () => rig.sandbox.requests().map(({ userAgent = "" }) => userAgent.split(" ").slice(-2).join(" "));

  it("with the execution, as soon as there is one: the journal's", async () => {
    await run("status");
    expect([...new Set(agents())]).toEqual([expect.stringMatching(/ vulcan-ops\/\d+\.\d+\.\d+$/)]);
    await rig.sandbox.reset("bad-release");
    const id = idOf(await rollback());
    expect([...new Set(agents())]).toEqual([expect.stringMatching(`^vulcan-ops/[\\d.]+ execution/${id}$`)]);

    const before = rig.sandbox.requests().length;
    await run("undo", id, "--yes", "--confirm", "43", "--expect-current", "42");
    const ofUndo = agents().slice(before);
    expect([ofUndo.length > 0, ofUndo.filter((agent) => !agent.endsWith(` execution/${id}`))]).toEqual([true, []]);
  });
});

it("unlock needs what its policy allows, and nothing else", async () => {
  deny(["ssm:DeleteParameter"]);
  const id = idOf(await rollback());
  rig.sandbox.clearFaults();
  const before = rig.sandbox.requests().length;
  expect((await run("unlock", id, "--yes")).code).toBe(0);
  const requests = rig.sandbox.requests().slice(before);
  const policy = policyFor(NEEDS.unlock, namesOf(TARGET));
  expect(requests.flatMap(askedFor).filter((asked) => !allows([policy], asked))).toEqual([]);
  const unused = policy.Statement.flatMap(({ Action }) => Action).filter(
    (action) => !requests.map(actionOf).includes(action),
  );
  // The lock's statement is one, and only a run takes the lock.
  expect(unused).toEqual(["ssm:PutParameter"]);
});
