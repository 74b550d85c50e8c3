import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ECSClient, ListTasksCommand, UpdateTaskProtectionCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sample } from "../support/sample.ts";
import { mutations, type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { busiestMinute, deploy } from "../support/stories/rollout.ts";
import { underLoad } from "../support/stories/under-load.ts";
import { expectRows } from "../support/stories/verdict-rows.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("major-release", 60);
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("major-release");
});
afterAll(() => rig.close());

/** By a pipeline, which is nothing that this program does. */
const begun = async (scenario: string, isInFlight: boolean): Promise<void> => {
  await rig.sandbox.reset(scenario);
  if (!isInFlight) await deploy(43);
};
const follow = (words: readonly string[] = [], around: Parameters<typeof vulcanOps>[1] = {}): Promise<Outcome> =>
  vulcanOps(["upgrade", "--follow", ...words], around);
/** The calls of the pipeline apart, nothing is sent. */
const sent = () => mutations(rig.sandbox).filter((name) => !["UpdateService", "UpdateTaskProtection"].includes(name));

describe("a deployment that succeeds", () => {
  it("is told phase by phase, with 40 calls a minute at most; its old tasks were killed", async () => {
    await begun("major-release-kills", false);
    const { result } = await underLoad(rig, () => follow());
    const { code, stdout, stderr } = result;
    expect([code, stdout.split("\n")[0], busiestMinute(rig.sandbox) <= 40]).toEqual([0, "UPGRADED", true]);
    for (const line of [
      /1\/7 push: not visible from here/,
      /2\/7 image, done: 2\.0\.0 pushed \S+Z, sha256:\w+/,
      /3\/7 task start, done: 3\/3 started: placed 25 s, network 12 s, pull 24 s, start 4 s/,
      /4\/7 migrations, done: 6 → 8: 2 migrations applied/,
      /5\/7 health check, done: 3\/3 tasks and targets healthy; \d+ requests at 00:\d\d:00Z/,
      /6\/7 drain, in progress: 3 old tasks drain; the deregistration delay ends in 4 min/,
      /7\/7 old tasks stop, done: 3\/3 gone; 3 killed \(exit 137\): longer than the stopTimeout of \d+ s/,
    ])
      expect(stderr).toMatch(line);
    expect(sent()).toEqual([]);
  });

  it("is data for a program: a line when something has happened, the verdict in the last", async () => {
    await begun("major-release", false);
    const { code, stdout } = await follow(["--output", "ndjson"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, lines.at(-1)]).toMatchObject([0, { verdict: "UPGRADED", exitCode: 0, inFlight: true }]);
    expect(lines.slice(0, -1).filter(({ verdict }) => verdict !== null)).toEqual([]);
    expect(lines.length).toBeLessThan(20);
  });

  it("shows the pipeline's run where one's own configuration names it; its token is nowhere", async () => {
    const run = {
      ...{ run_number: 812, head_sha: "a1b2c3d4".repeat(5), head_branch: "main", status: "in_progress" },
      ...{ created_at: "2000-01-01T00:00:00Z", conclusion: null },
    };
    const github = createServer((_, response) => response.end(JSON.stringify({ workflow_runs: [run] })));
    await new Promise<void>((resolve) => github.listen(0, "127.0.0.1", resolve));
    const config = join(rig.stateDir, "own.yaml");
    const pipeline = "{githubRepository: acme/vulcan, workflow: deploy.yml, tokenFromEnv: DEPLOY_TOKEN}";
    writeFileSync(config, `schemaVersion: "1"\ntargets:\n  vulcan-prod:\n    pipeline: ${pipeline}\n`);
    const { port } = github.address() as AddressInfo;
    const env = {
      VULCAN_OPS_CONFIG: config,
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      DEPLOY_TOKEN: "ghp_secret",
    };
    const before = await follow([], { env });
    expect(before.stdout).toContain("the pipeline has not deployed yet: run 812 in progress, a1b2c3d to main");
    await begun("major-release", false);
    const stop = new AbortController();
    setTimeout(() => stop.abort(130), 800);
    const { stdout, stderr } = await follow([], { env, stop: stop.signal }).finally(() => github.close());
    expect(stderr).toContain("1/7 push, done: a1b2c3d to main at 00:00:00Z");
    expect(stderr).toMatch(/2\/7 image, done: 2\.0\.0 pushed .*; run 812 in progress/);
    expect(`${before.stdout}${before.stderr}${stdout}${stderr}`).not.toContain("ghp_secret");
  });

  it("that is left goes on: exit 130, and nothing was changed", async () => {
    await begun("major-release", false);
    const stop = new AbortController();
    setTimeout(() => stop.abort(130), 800);
    const { code, stdout } = await follow([], { stop: stop.signal });
    expect([code, stdout]).toEqual([130, expect.stringMatching(/^LEFT IN PHASE \d .*\n You left; AWS continues/)]);
    expect(stdout).toContain("Nothing was changed from here");
    expect(sent()).toEqual([]);
  });
});

describe("where no deployment is in flight, the last one decides", () => {
  it.each([
    ["major-release", 0, /^NO DEPLOYMENT IN FLIGHT\n .*1\.42\.1 \(:42\), ended SUCCESSFUL\s/],
    ["breaker-rolled-back", 1, /^NO DEPLOYMENT IN FLIGHT\n .*1\.43\.0 \(:43\), ended\s+ROLLBACK_SUCCESSFUL\s/],
    ["breaker-no-target", 1, /^NO DEPLOYMENT IN FLIGHT\n .*1\.0\.0 \(:1\), ended FAILED\s/],
  ])("%s: exit %i", async (scenario, code, says) => {
    await rig.sandbox.reset(scenario);
    const outcome = await follow();
    expect([outcome.code, outcome.stdout]).toEqual([code, expect.stringMatching(says)]);
  });
});

it.each([["--image", "x:1"], ["--to", "43"], ["--yes"], ["--dry-run"]])(
  "%s has no meaning beside it: exit 6",
  async (...words) => {
    const { code, stderr } = await follow(words.filter((word) => typeof word === "string"));
    expect([code, stderr]).toEqual([6, expect.stringContaining(`leave ${words[0]} out`)]);
  },
);

describe("a deployment that fails says in which phase, and what serves", () => {
  /** World, and whether its release is in flight at time zero. */
  const FAILING: readonly (readonly [string, boolean])[] = [
    ["image-missing", true],
    ["wrong-platform", true],
    ["no-capacity", true],
    ["registry-unreachable", true],
    ["secret-missing", true],
    ["crash-loop", true],
    ["major-release-fails", false],
    ["slow-migration", true],
    ["health-failing", true],
    ["breaker-rolls-back", false],
    ["major-release-lingers", false],
  ];
  const rows = new Map<string, string>();

  it.each(sample(FAILING, 4))("%s", async (scenario, isInFlight) => {
    await begun(scenario, isInFlight);
    await ends(scenario, await follow());
    expect(sent()).toEqual([]);
  });

  it("old tasks are protected, so that they do not drain", { tags: ["variant"] }, async () => {
    const ecs = new ECSClient({});
    const { taskArns: tasks } = await ecs.send(new ListTasksCommand({ cluster: "vulcan-prod" }));
    const protection = { cluster: "vulcan-prod", tasks, protectionEnabled: true, expiresInMinutes: 2880 };
    await ecs.send(new UpdateTaskProtectionCommand(protection));
    await deploy(43);
    await ends("protected", await follow());
  });

  it("another deployment replaces it", async () => {
    await deploy(43);
    let replaced: Promise<void> | undefined;
    const heard = (): void => {
      replaced ??= deploy(42);
    };
    await ends("superseded", await follow(["--output", "ndjson"], { heard }));
    await replaced;
  });

  it("all of them: phase, verdict, exit code, next command", async () => {
    const told = [...rows].map(([world, row]) => `${world}: ${row}`);
    await expectRows(told, FAILING.length + 2, "follow-verdicts.txt");
  });

  async function ends(name: string, { code, stdout }: Outcome): Promise<void> {
    if (stdout.startsWith("{")) {
      const { verdict, reason, next } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
      rows.set(name, `${verdict} | ${code} ${reason} | ${next[0]}`);
      return;
    }
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThan(24);
    rows.set(name, `${lines[0]} | ${code} | ${/Next +(.*)/.exec(stdout)?.[1]}`);
    // The numbers of processes have more digits on one machine than on another.
    if (!stdout.includes("PID ")) await expect(steady(stdout)).toMatchFileSnapshot(`../golden/follow/${name}.txt`);
  }

  /** Without what differs from run to run: ids of tasks and deployments, and times. */
  const steady = (text: string): string =>
    text
      .replace(/\b[0-9a-f]{32}\b|\b\d{19}\b/g, (id) => "0".repeat(id.length))
      .replace(/\b(\d{4}-\d\d-\d\d|\d\d:\d\d:\d\dZ)/g, (time) => time.replace(/\d/g, "0"))
      .replace(/… \d+ more rows/, "… n more rows")
      // How much of a log has been collected by then is not known.
      .replace(/ \| last \d+ log lines[\s\S]*?(?=\n Next)/, " | the last lines of the log")
      .replace(/(?<=^. {2}\d .{15})\d+:\d\d/gm, (time) => "m:ss".padEnd(time.length));
});
