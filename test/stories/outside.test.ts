import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { keyHeader } from "../sandbox/support.ts";
import { has, MAIN, shell, start, vulcanOpsProcess } from "../support/process.ts";
import { sample } from "../support/sample.ts";
import { eventsOf, mutations, openRig, type Rig, serviceRevision } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release");
});
afterAll(() => rig.close());

const ANSWERS = ["--yes", "--confirm", "42"];
const rollback = (...flags: string[]) => [
  "rollback",
  "--state-dir",
  rig.stateDir,
  "--expect-current",
  "43",
  "--output",
  "ndjson",
  ...flags,
];

describe("a process that is really killed", () => {
  // A sample of what test/stories/kill.test.ts does at every point: here the kernel does the killing.
  it.each(sample([2, 7, 8, 10], 2))(
    "with SIGKILL after %i lines, and resumed: one request, the service on :42",
    async (count) => {
      await rig.sandbox.reset("bad-release");
      const first = start(rollback(...ANSWERS));
      await first.lines(count);
      first.child.kill("SIGKILL");
      const { signal, stdout } = await first.ended;
      expect(signal).toBe("SIGKILL");
      const id = eventsOf(stdout.slice(0, stdout.lastIndexOf("\n") + 1))[0]?.execution ?? "";

      const resumed = await vulcanOpsProcess([
        "resume",
        id,
        "--expect-current",
        "43",
        "--state-dir",
        rig.stateDir,
        ...ANSWERS,
        "--output",
        "ndjson",
      ]);
      expect(eventsOf(resumed.stdout).at(-1)).toMatchObject({ type: "execution.ended", exitCode: 0 });
      expect(resumed.code).toBe(0);
      expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
      expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
    },
  );
});

describe("two operators at once", () => {
  it("one reverts, the other is told who holds the lock and sends nothing", async () => {
    await rig.sandbox.reset("bad-release");
    const both = await Promise.all([start(rollback(...ANSWERS)).ended, start(rollback(...ANSWERS)).ended]);
    const loser = both.find(({ code }) => code !== 0);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 5]);
    expect(loser?.stderr).toContain("is locked by");
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
  });
});

describe("a pipe is not a person", () => {
  it("a piped answer is refused, not taken", async () => {
    await rig.sandbox.reset("bad-release");
    const outcome = await vulcanOpsProcess(["rollback", "--state-dir", rig.stateDir], {}, "42\ny\n");
    expect(outcome.code).toBe(6);
    expect(outcome.stderr).toContain("--confirm 42");
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("a reader that goes away ends nothing badly", async () => {
    const outcome = await shell(`"${process.execPath}" "${MAIN}" explain rollback-service | head -1`);
    expect(outcome.stdout).toMatch(/^# /);
    expect(outcome.stderr).toBe("");
  });
});

describe("a signal", () => {
  it("SIGTERM during the wait closes the journal, leaves AWS to go on, and resume finishes it", async () => {
    await rig.sandbox.reset("bad-release");
    const first = start(rollback(...ANSWERS));
    await first.lines(8);
    first.child.kill("SIGTERM");
    const { code, stdout } = await first.ended;
    expect(code).toBe(143);
    expect(eventsOf(stdout).at(-1)).toMatchObject({ type: "execution.ended", status: "interrupted", exitCode: 143 });

    const resumed = await vulcanOpsProcess([
      "resume",
      "--expect-current",
      "43",
      "--state-dir",
      rig.stateDir,
      ...ANSWERS,
      "--output",
      "ndjson",
    ]);
    expect(resumed.code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
  });
});

describe.skipIf(!has("aws"))("the AWS CLI", () => {
  it("does the same revert with the line that the plan prints", async () => {
    await rig.sandbox.reset("bad-release");
    const plan = JSON.parse((await vulcanOpsProcess(["rollback", "--dry-run", "--output", "json"])).stdout);
    const line: string = plan.steps.find((step: { id: string }) => step.id === "revert").awsCli;
    expect(mutations(rig.sandbox)).toEqual([]);

    const done = await shell(`${line} --endpoint-url ${rig.sandbox.endpoint}`);
    expect(done.stderr).toBe("");
    expect(done.code).toBe(0);
    const sent = rig.sandbox.requests().find((request) => request.mutating);
    expect(sent?.input).toMatchObject(plan.steps.find((step: { id: string }) => step.id === "revert").operation.input);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
  });
});

describe("the sandbox that stays", () => {
  const state = mkdtempSync(join(tmpdir(), "vulcan-ops-stay-"));
  const sandbox = (...words: string[]) => vulcanOpsProcess(["sandbox", ...words, "--state-dir", state]);
  afterEach(() => sandbox("stop"));
  afterAll(() => rmSync(state, { recursive: true, force: true }));

  it("starts in the background, prints what to export, serves a rollback from another process, and stops", async () => {
    const started = await sandbox("start", "--scenario", "bad-release", "--speed", "600");
    expect(started.code).toBe(0);
    const env = Object.fromEntries(
      [...started.stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    expect(Object.keys(env)).toEqual(
      expect.arrayContaining(["AWS_ENDPOINT_URL", "VULCAN_OPS_CLOCK", "VULCAN_OPS_CONFIG"]),
    );
    expect((await sandbox("status")).stdout).toContain(env.AWS_ENDPOINT_URL);
    expect((await sandbox("start")).stdout).toBe(started.stdout);
    expect((await sandbox("start", "--scenario", "healthy")).code).toBe(6);

    const reverted = await vulcanOpsProcess(rollback(...ANSWERS), env);
    expect(eventsOf(reverted.stdout).at(-1)).toMatchObject({ exitCode: 0 });
    const answer = (await (
      await fetch(`${env.AWS_ENDPOINT_URL}/_sandbox/requests`, { headers: keyHeader(env) })
    ).json()) as unknown;
    expect(JSON.stringify(answer)).toContain("StopServiceDeployment");

    expect((await sandbox("fault", "DescribeServices", "thunder")).stderr).toContain("kind must be one of throttle,");
    expect((await sandbox("fault", "DescribeServices", "throttle", "--nth", "2")).stdout).toContain("armed");
    expect((await sandbox("faults")).stdout).toMatch(
      /throttle\s+DescribeServices, before its effect, from call 2: seen 0, struck 0/,
    );

    const stopped = await vulcanOpsProcess(["sandbox", "stop", "--state-dir", state], env);
    // What a shell evaluates then: it takes back all that `start` set there.
    expect([stopped.code, stopped.stdout.trim().split(" ").sort()]).toEqual([0, ["unset", ...Object.keys(env)].sort()]);
    const elsewhere = await vulcanOpsProcess(["sandbox", "stop", "--state-dir", state], { VULCAN_OPS_CLOCK: "" });
    expect([elsewhere.code, elsewhere.stdout]).toEqual([0, ""]);
    expect((await sandbox("status")).stdout).toContain("No sandbox is running");
    await expect(fetch(`${env.AWS_ENDPOINT_URL}/_sandbox/status`)).rejects.toThrow();
  });
});

describe("rehearse", () => {
  it("answers itself where nobody is at a terminal, says so, and ends well", { tags: ["variant"] }, async () => {
    const outcome = await vulcanOpsProcess([
      "rehearse",
      "rollback-service",
      "--scenario",
      "bad-release",
      "--speed",
      "600",
      "--state-dir",
      rig.stateDir,
    ]);
    expect(outcome.stderr.replace(/\s+/g, " ")).toContain("Sandbox: every question is answered with yes.");
    expect(outcome.code).toBe(0);
  });

  it("with --yes and JSON lines ends in execution.ended with exit code 0", async () => {
    const flags = [
      "--scenario",
      "bad-release",
      "--speed",
      "600",
      "--yes",
      "--output",
      "ndjson",
      "--state-dir",
      rig.stateDir,
    ];
    const outcome = await vulcanOpsProcess(["rehearse", "rollback-service", ...flags]);
    expect(eventsOf(outcome.stdout).at(-1)).toMatchObject({ type: "execution.ended", exitCode: 0 });
    expect(outcome.code).toBe(0);
  });
});
