import { DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 600);
});
afterAll(() => rig.close());

/** ms of the world. */
const TWENTY_MINUTES = 1_200_000;

const SecretId = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vulcan/prod/admin-token-Ef56Gh";

const restart = () =>
  vulcanOps(["run", "restart-service", "--yes", "--expect-current", "42", "--state-dir", rig.stateDir], {
    columns: 400,
  });

const runningTasks = () =>
  (rig.sandbox.state().services[0]?.tasks ?? [])
    .filter(({ lastStatus, desiredStatus }) => lastStatus === "RUNNING" && desiredStatus === "RUNNING")
    .map(({ id }) => id);

describe("a restart of the service", () => {
  it("replaces every task by a new one of the same revision, in one request, and users notice nothing", async () => {
    await rig.sandbox.reset("healthy");
    const before = runningTasks();
    const { code, stderr } = await restart();
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/Restarted vulcan-prod \(3 tasks of vulcan-prod:42\): 3\/3 healthy/),
    ]);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect(runningTasks().filter((id) => before.includes(id))).toEqual([]);
    expect([serviceRevision(rig.sandbox), runningTasks().length]).toEqual(["vulcan-prod:42", 3]);
  });

  it("is refused while a deployment is in progress: the tasks are new already", async () => {
    await rig.sandbox.reset("bad-release");
    const { code, stdout, stderr } = await restart();
    expect([code, stdout + stderr]).toEqual([11, expect.stringContaining("vulcan-prod:43 is still deploying")]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("is not called done where the new tasks fail and the breaker restores the old deployment, of the same revision", async () => {
    await rig.sandbox.reset("breaker-rolls-back");
    // Who may not read secrets cannot see beforehand that one is gone.
    rig.sandbox.inject({ operation: "DescribeSecret", when: "before", kind: "access-denied", times: 100 });
    await new SecretsManagerClient({}).send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    const { code, stderr } = await restart();
    rig.sandbox.clearFaults();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/FAIL.*(restored the deployment before|cannot start)/s)]);
    // The revision is the same: there is nothing that an undo would put back.
    expect(stderr).not.toMatch(/vulcan-ops undo/);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
  });

  it("is a failure, too, for whoever resumes once the breaker has restored the old deployment", async () => {
    await rig.sandbox.reset("breaker-rolls-back");
    rig.sandbox.inject({ operation: "DescribeSecret", when: "before", kind: "access-denied", times: 100 });
    await new SecretsManagerClient({}).send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    const leave = new AbortController();
    const heard = (text: string) => void (text.includes('"type":"step.sent"') && leave.abort());
    const words = ["run", "restart-service", "--yes", "--expect-current", "42", "--output", "ndjson"];
    const left = await vulcanOps([...words, "--state-dir", rig.stateDir], { heard, stop: leave.signal });
    expect(left.code).toBe(130);
    await new Promise((resolve) => setTimeout(resolve, TWENTY_MINUTES / 600));
    const resumed = await vulcanOps(["resume", "--yes", "--expect-current", "42", "--state-dir", rig.stateDir], {
      columns: 400,
    });
    rig.sandbox.clearFaults();
    expect([resumed.code, resumed.stderr]).toEqual([
      1,
      expect.stringMatching(/new tasks of vulcan-prod:42 failed, and ECS restored the deployment before/),
    ]);
    expect(mutations(rig.sandbox).filter((name) => name === "UpdateService")).toHaveLength(1);
  });
});
