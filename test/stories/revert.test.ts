import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../src/domain/operation.ts";
import { withoutSeals } from "../journal/without-seals.ts";
import { has } from "../support/process.ts";
import { sample } from "../support/sample.ts";
import {
  eventsOf,
  mutations,
  openRig,
  type Rig,
  runningRevisions,
  serviceRevision,
  vulcanOps,
} from "../support/sandbox-harness.ts";
import { SOON_MS } from "../support/soon.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release", 120);
});
afterAll(() => rig.close());

const answered = ["--yes", "--confirm", "42", "--expect-current", "43"];
const revertOf = (plan: { steps: { id: string; [key: string]: unknown }[] }) =>
  plan.steps.find(({ id }) => id === "revert") as never as {
    operation: { input: { taskDefinition: string } };
    consequence: string;
    awsCli: string;
  };
const rollback = (...flags: string[]) => vulcanOps(["rollback", "--state-dir", rig.stateDir, ...flags]);

describe("a bad release is rolling out", () => {
  beforeEach(() => rig.sandbox.reset("bad-release"));

  it("is reverted to the last good revision by stopping its deployment, while no request through the load balancer fails", async () => {
    const users = steadyRequests(rig.sandbox.loadBalancer);
    const outcome = await rollback(...answered, "--output", "ndjson");
    const load = await users.stop();
    const events = eventsOf(outcome.stdout);

    expect(events.at(-1)).toMatchObject({ type: "execution.ended", status: "done", exitCode: 0 });
    expect(outcome.code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
    expect(new Set(runningRevisions(rig.sandbox))).toEqual(new Set(["vulcan-prod:42"]));
    expect(load.failed).toEqual([]);
    expect(load.served).toBeGreaterThan(50);
  });

  it("is shown and left alone by a dry run, which makes no mutating call", async () => {
    const outcome = await rollback("--dry-run", "--output", "json");
    const plan = JSON.parse(outcome.stdout);

    expect(outcome.code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual([]);
    expect(plan.steps.map((step: { id: string }) => step.id)).toEqual([
      "find",
      "check",
      "revert",
      "rollout",
      "stop",
      "drained",
    ]);
    expect(revertOf(plan)).toMatchObject({
      operation: { service: "ecs", name: "StopServiceDeployment", input: { stopType: "ROLLBACK" } },
      undo: { kind: "operation", operation: { name: "UpdateService", input: { taskDefinition: "vulcan-prod:43" } } },
      awsCli: expect.stringMatching(
        /^aws ecs stop-service-deployment --service-deployment-arn \S+ --stop-type ROLLBACK/,
      ),
    });
    const updating = JSON.parse((await rollback("--dry-run", "--output", "json", "--by", "update")).stdout);
    expect(revertOf(updating).awsCli).toMatch(
      /^aws ecs update-service --cluster vulcan-prod --service vulcan-prod --task-definition vulcan-prod:42 --force-new-deployment/,
    );
    const further = JSON.parse((await rollback("--dry-run", "--output", "json", "--to", "41")).stdout);
    expect(revertOf(further).operation).toMatchObject({
      name: "UpdateService",
      input: { taskDefinition: "vulcan-prod:41" },
    });
  });

  it("says with an exit code of its own that a plan has changes", async () => {
    expect((await rollback("--dry-run", "--detailed-exitcode")).code).toBe(2);
  });

  it("is not reverted without an answer, and every missing flag is named", async () => {
    const outcome = await rollback();
    expect(outcome.code).toBe(6);
    expect(outcome.stderr).toContain("--confirm 42 --expect-current 43");
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("is not reverted where another revision is current than the one expected", async () => {
    const outcome = await rollback("--yes", "--confirm", "42", "--expect-current", "41");
    expect(outcome.code).toBe(11);
    expect(mutations(rig.sandbox)).toEqual([]);
  });
});

describe("nothing is to be done", () => {
  it("where the service already runs the revision asked for: exit 0, nothing sent", async () => {
    await rig.sandbox.reset("healthy");
    const outcome = await rollback("--to", "42", "--yes");
    expect(outcome.stderr).toContain("already runs vulcan-prod:42");
    expect(outcome.code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("where no earlier revision ever served: refused, nothing sent", async () => {
    await rig.sandbox.reset("nothing-to-revert");
    const outcome = await rollback(...answered);
    expect(outcome.code).toBe(11);
    expect(outcome.stderr).toMatch(/no revision to roll\s+back to/);
    expect(mutations(rig.sandbox)).toEqual([]);
  });
});

describe("a release that is healthy and wrong", () => {
  beforeEach(() => rig.sandbox.reset("bad-but-healthy"));

  it("is reverted, and the revert is undone on demand", async () => {
    const reverted = await rollback(...answered, "--output", "ndjson");
    expect(reverted.code).toBe(0);
    const id = eventsOf(reverted.stdout)[0]?.execution ?? "";

    const undone = await vulcanOps([
      "undo",
      id,
      "--state-dir",
      rig.stateDir,
      "--yes",
      "--confirm",
      "43",
      "--expect-current",
      "42",
      "--output",
      "ndjson",
    ]);
    expect(eventsOf(undone.stdout).at(-1)).toMatchObject({ status: "undone", exitCode: 0 });
    expect(mutations(rig.sandbox)).toEqual(["UpdateService", "UpdateService"]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });

  it("is not proposed by a second rollback: what was just left behind is nothing to return to", async () => {
    expect((await rollback(...answered)).code).toBe(0);
    const plan = JSON.parse((await rollback("--dry-run", "--output", "json")).stdout);
    expect(revertOf(plan).operation.input.taskDefinition).toBe("vulcan-prod:41");
  });

  it("is not undone once somebody else has deployed since", async () => {
    const reverted = await rollback(...answered, "--output", "ndjson");
    const id = eventsOf(reverted.stdout)[0]?.execution ?? "";
    const again = await rollback("--to", "41", "--yes", "--confirm", "41", "--expect-current", "42");
    expect(again.code).toBe(0);

    const undone = await vulcanOps([
      "undo",
      id,
      "--state-dir",
      rig.stateDir,
      "--yes",
      "--confirm",
      "43",
      "--expect-current",
      "42",
    ]);
    expect(undone.code).toBe(11);
    expect(undone.stderr).toContain("another operator changed it");
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
  });
});

describe("an answer that does not come", () => {
  beforeEach(() => rig.sandbox.reset("bad-release"));

  const WAYS = [
    ["StopServiceDeployment", []],
    ["UpdateService", ["--by", "update"]],
  ] as const;
  const LOST = (["reset", "http500-json", "http500-html"] as const).flatMap((kind) =>
    WAYS.map(([operation, flags]) => [operation, kind, flags] as const),
  );

  it.each(sample(LOST, 2))(
    "after %s took effect (%s): read back, never sent again, and followed to the end",
    async (operation, kind, flags) => {
      rig.sandbox.inject({ operation, when: "after", kind, times: Number.POSITIVE_INFINITY });
      const outcome = await rollback(...answered, ...flags, "--output", "ndjson");
      rig.sandbox.clearFaults();
      const events = eventsOf(outcome.stdout);
      expect(events.find(({ type }) => type === "step.sent")).toMatchObject({ adopted: true });
      expect(events.at(-1)).toMatchObject({ type: "execution.ended", exitCode: 0 });
      expect(mutations(rig.sandbox)).toEqual([operation]);
    },
  );

  it.each(WAYS)("before %s took effect: nothing changed, said so, sent once", async (operation, flags) => {
    rig.sandbox.inject({ operation, when: "before", kind: "reset", times: Number.POSITIVE_INFINITY });
    const outcome = await rollback(...answered, ...flags, "--output", "ndjson");
    rig.sandbox.clearFaults();
    expect(eventsOf(outcome.stdout).at(-1)).toMatchObject({ status: "failed", exitCode: 1 });
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
    expect(rig.sandbox.requests().filter((request) => request.operation === operation)).toHaveLength(1);
  });
});

describe("a release of another task-definition family", () => {
  beforeEach(() => rig.sandbox.reset("bad-but-healthy"));

  it("is nothing to return to once the service has gone back from it", async () => {
    const ecs = new ECSClient({});
    const { taskDefinition: like } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "vulcan-prod:43" }),
    );
    const { containerDefinitions, cpu, memory, networkMode, executionRoleArn, requiresCompatibilities } = like ?? {};
    const copy = { containerDefinitions, cpu, memory, networkMode, executionRoleArn, requiresCompatibilities };
    await ecs.send(new RegisterTaskDefinitionCommand({ family: "vulcan-web", ...copy } as never));
    const names = { cluster: "vulcan-prod", service: "vulcan-prod" };
    await ecs.send(new UpdateServiceCommand({ ...names, taskDefinition: "vulcan-web:1" }));
    // While its deployment is in progress, `rollback` would stop that one: ECS itself would go back.
    await expect
      .poll(() => rig.sandbox.state().services[0]?.deployments, { timeout: SOON_MS })
      .toMatchObject([{ taskDefinition: "vulcan-web:1", rolloutState: "COMPLETED" }]);

    // Number alone is a revision of the family in use, so the text names the family that the service goes back to.
    const short = await rollback("--yes", "--confirm", "43", "--expect-current", "1");
    expect([short.code, serviceRevision(rig.sandbox)]).toEqual([6, "vulcan-web:1"]);
    expect(short.stderr).toContain("--confirm vulcan-prod:43");
    const other = await rollback("--yes", "--confirm", "vulcan-prod:43", "--expect-current", "vulcan-prod:1");
    expect([other.code, serviceRevision(rig.sandbox)]).toEqual([11, "vulcan-web:1"]);
    const named = ["--to", "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:43"];
    const back = await rollback(...named, "--yes", "--confirm", "vulcan-prod:43", "--expect-current", "vulcan-web:1");
    expect([back.code, serviceRevision(rig.sandbox)]).toEqual([0, "vulcan-prod:43"]);
    const plan = JSON.parse((await rollback("--dry-run", "--output", "json")).stdout);
    expect(revertOf(plan).operation.input.taskDefinition).toBe("vulcan-prod:42");
    const { stdout } = await vulcanOps(["status", "--state-dir", rig.stateDir, "--output", "json"]);
    expect(JSON.parse(stdout).past.value.lastGood.taskDefinition).toBe("vulcan-prod:42");
  });
});

describe("ECS has gone back by itself", () => {
  beforeEach(() => rig.sandbox.reset("breaker-rolled-back"));

  it("a rollback says so, sends nothing, and names what watches and what goes further", async () => {
    const outcome = await rollback("--yes", "--confirm", "41", "--expect-current", "42");
    expect(outcome.code).toBe(11);
    expect(outcome.stderr).toContain("ECS already rolled back from vulcan-prod:43");
    expect(outcome.stderr).toContain("vulcan-ops rollback --to 42");
    expect(outcome.stderr).toContain("vulcan-ops rollback --force-further");
    const named = await rollback("--to", "41", "--yes", "--confirm", "41", "--expect-current", "42");
    expect(named.code).toBe(11);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("going where it is already sends nothing and proves that it serves", async () => {
    const outcome = await rollback("--to", "42", "--output", "ndjson", "--expect-current", "42");
    expect(eventsOf(outcome.stdout).at(-1)).toMatchObject({ status: "done", exitCode: 0 });
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("goes further back when told to", async () => {
    const flags = ["--force-further", "--yes", "--confirm", "41", "--expect-current", "42"];
    expect((await rollback(...flags)).code).toBe(0);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
  });
});

describe.skipIf(!has("aws"))("an INACTIVE revision", () => {
  it("is refused with lines that register a copy of it, which a revert then takes", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const refused = await rollback("--to", "39", "--dry-run", "--output", "json");
    const [{ next }] = JSON.parse(refused.stdout).steps[0].findings.filter(({ level }: Finding) => level === "block");
    expect(refused.code).toBe(11);
    const [describing = "", filter = ""] = next[0].split(" | jq 'del(");
    const [members = ""] = filter.split(")");
    const definition = JSON.parse(await aws(describing));
    // What jq would do: it is not on every machine that runs these tests.
    for (const member of members.split(", ")) delete definition[member.slice(1)];
    const copy = join(rig.stateDir, "copy.json");
    writeFileSync(copy, JSON.stringify(definition));
    const [, registering = ""] = /"\$\((.*)\)"/.exec(next[1]) ?? [];
    const revision = (await aws(registering.replace("file://copy.json", `file://${copy}`))).trim();
    expect(revision).toBe("44");
    const reverted = await rollback("--to", revision, "--yes", "--confirm", revision, "--expect-current", "43");
    expect(reverted.code).toBe(0);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:44");
  });
});

describe("credentials that may not read the history", () => {
  beforeEach(() => rig.sandbox.reset("bad-but-healthy"));

  it("are proposed nothing, and may name the revision", async () => {
    const times = Number.POSITIVE_INFINITY;
    rig.sandbox.inject({ operation: "ListServiceDeployments", when: "before", kind: "access-denied", times });
    const refused = await rollback("--dry-run", "--output", "json");
    const named = JSON.parse((await rollback("--dry-run", "--output", "json", "--to", "42")).stdout);
    rig.sandbox.clearFaults();
    const plan = JSON.parse(refused.stdout);
    expect(refused.code).toBe(11);
    expect(plan.steps[0].findings).toMatchObject([{ level: "block", code: "history-unread" }]);
    expect(plan.steps[0].findings[0].text).toContain("(ecs:ListServiceDeployments)");
    expect(revertOf(plan).operation).toBeNull();
    expect(named.steps[0].findings[0]).toMatchObject({ level: "warn", code: "revision-unproven" });
    expect(revertOf(named).operation.input.taskDefinition).toBe("vulcan-prod:42");
  });
});

describe("an execution belongs to its world", () => {
  beforeEach(() => rig.sandbox.reset("bad-but-healthy"));

  it("is not gone on with where the shell points somewhere else, and not found by a bare resume or undo there", async () => {
    const reverted = await rollback(...answered, "--output", "ndjson");
    const id = eventsOf(reverted.stdout)[0]?.execution ?? "";
    const elsewhere = { env: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" } };
    const named = await vulcanOps(["undo", id, "--state-dir", rig.stateDir, "--yes"], elsewhere);
    expect(named.code).toBe(11);
    expect(named.stderr).toContain("[other-world, exit 11]");
    const bare = await vulcanOps(["undo", "--state-dir", rig.stateDir, "--yes"], elsewhere);
    expect(bare.code).toBe(6);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
  });

  it("is undone also from a journal of release 0.1.0, whose records have no checksums", {
    tags: ["variant"],
  }, async () => {
    const id = eventsOf((await rollback(...answered, "--output", "ndjson")).stdout)[0]?.execution ?? "";
    const path = join(rig.stateDir, "executions", `${id}.jsonl`);
    const old = withoutSeals(readFileSync(path, "utf8"));
    writeFileSync(path, old);
    const words = ["undo", id, "--state-dir", rig.stateDir, "--yes", "--confirm", "43", "--expect-current", "42"];
    expect((await vulcanOps(words)).code).toBe(0);
    const added = readFileSync(path, "utf8").slice(old.length).trimEnd().split("\n");
    expect(added.map((line) => JSON.parse(line).n)).toEqual(added.map((_, index) => old.split("\n").length + index));
    expect((await vulcanOps(["show", id, "--state-dir", rig.stateDir])).stdout).toMatch(/\(journal [0-9a-f]{8}\)/);
  });

  it("is not gone on with by credentials of another account", async () => {
    const reverted = await rollback(...answered, "--output", "ndjson");
    const id = eventsOf(reverted.stdout)[0]?.execution ?? "";
    const path = join(rig.stateDir, "executions", `${id}.jsonl`);
    writeFileSync(path, withoutSeals(readFileSync(path, "utf8")).replaceAll("111122223333", "999988887777"));
    const outcome = await vulcanOps([
      "undo",
      id,
      "--state-dir",
      rig.stateDir,
      "--yes",
      "--confirm",
      "43",
      "--expect-current",
      "42",
    ]);
    expect(outcome.code).toBe(11);
    expect(outcome.stderr).toContain("999988887777");
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
  });
});

/** The line as it stands, by the real AWS CLI. */
const aws = async (line: string): Promise<string> =>
  (await promisify(execFile)("sh", ["-c", line], { env: { ...process.env, AWS_PAGER: "" } })).stdout;

/** One request after another through the load balancer, as users would, until stopped. */
function steadyRequests(url: string) {
  const result = { served: 0, failed: [] as string[] };
  let going = true;
  const one = () =>
    new Promise<void>((resolve) => {
      const request = get(url, (response) => {
        response.resume();
        response.on("end", () => {
          if ((response.statusCode ?? 0) >= 500) result.failed.push(`status ${response.statusCode}`);
          else result.served++;
          resolve();
        });
      });
      request.on("error", (error) => {
        result.failed.push(error.message);
        resolve();
      });
    });
  const loop = async () => {
    while (going) await one();
  };
  const users = Promise.all([loop(), loop()]);
  return {
    async stop() {
      going = false;
      await users;
      return result;
    },
  };
}
