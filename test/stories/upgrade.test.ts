import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECSClient, ListTasksCommand, UpdateTaskProtectionCommand } from "@aws-sdk/client-ecs";
import {
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { verdictOf } from "../../src/domain/upgrade/verdicts.ts";
import { renderEvent } from "../../src/ui/render/event.ts";
import { rewritingProxy } from "../support/rewriting-proxy.ts";
import { sample } from "../support/sample.ts";
import {
  eventsOf,
  mutations,
  type Outcome,
  openRig,
  type Rig,
  runningRevisions,
  vulcanOps,
} from "../support/sandbox-harness.ts";
import { applied } from "../support/stories/maintenance.ts";
import { callsInMinute, deploy, waitFor } from "../support/stories/rollout.ts";
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

/** The documented drain, virtual ms. */
const DRAIN = 300_000;
const IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:2.0.0";

const run = (...words: readonly string[]): Promise<Outcome> =>
  vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 400 });
const upgrade = (...words: readonly string[]): Promise<Outcome> =>
  run("upgrade", "--watch", "15m", "--yes", "--expect-current", "42", ...words);
const text = ({ stdout, stderr }: Outcome): string => `${stdout}\n${stderr}`;
const everyTask = (revision: number) => Array.from({ length: 3 }, () => `vulcan-prod:${revision}`);

/** In the busiest minute of the waits: from the request to the watch, which has a pace of its own. */
function callsAMinute(): number {
  const requests = rig.sandbox.requests();
  const sent = requests.findIndex(({ operation }) => operation === "UpdateService");
  const watched = requests.findIndex(({ operation }, index) => index > sent && operation === "GetMetricData");
  return callsInMinute(requests.slice(sent, watched));
}

/** Reads of the load balancer show no healthy target for so long (virtual ms), from so long after such a read. */
async function withGap<Result>(from: number, lasts: number, work: () => Promise<Result>): Promise<Result> {
  const proxy = await rewritingProxy(rig.sandbox.endpoint);
  let isSent = false;
  let begun: number | undefined;
  proxy.use({
    rewrite(operation, answer) {
      if (operation === "UpdateService") isSent = true;
      if (operation !== "DescribeTargetHealth" || !isSent) return answer;
      begun ??= rig.sandbox.now() + from;
      const since = rig.sandbox.now() - begun;
      const isGap = since >= 0 && since < lasts;
      return isGap ? answer.replaceAll("<State>healthy</State>", "<State>unhealthy</State>") : answer;
    },
  });
  vi.stubEnv("AWS_ENDPOINT_URL", proxy.url);
  return work().finally(async () => {
    vi.unstubAllEnvs();
    await proxy.close();
  });
}

/** The tables of the stand-in's first schema. */
const DATA_TABLES = `{tenants: "tenants,users", assets: assets, findings: findings, credentials: credentials,
      audit: audit_log, documents: documents, jobs: jobs, licences: licences}`;

function configured(settings: string): Readonly<Record<string, string>> {
  const path = join(rig.stateDir, "own.yaml");
  writeFileSync(path, `schemaVersion: "1"\ntargets:\n  vulcan-prod:\n    ${settings}\n`);
  return { VULCAN_OPS_CONFIG: path };
}

describe("an upgrade that succeeds", () => {
  it("to a registered revision: no request fails, no gap, migrations and data are proven", async () => {
    const begun = rig.sandbox.now();
    const words = ["upgrade", "--to", "43", "--watch", "15m", "--yes", "--confirm", "43", "--expect-current", "42"];
    const env = configured(`dataTables: ${DATA_TABLES}`);
    const { result: outcome, clients } = await underLoad(rig, () =>
      vulcanOps([...words, "--expect", "1m", "--state-dir", rig.stateDir], { columns: 400, env }),
    );
    expect(outcome.code).toBe(0);
    // Each lives through the drain, is told that its task goes away, and comes back to the new release at once.
    for (const [first, second, ...more] of clients) {
      expect([first, second, more]).toMatchObject([{ version: "1.42.1", code: 1001 }, { version: "2.0.0" }, []]);
      expect((first?.to ?? 0) - begun).toBeGreaterThan(DRAIN);
    }
    expect(text(outcome)).toContain("END       Upgraded vulcan-prod to 2.0.0 (:43): STABLE. Next: ");
    // What was predicted stands beside what it was.
    expect(text(outcome)).toMatch(/3\/3 healthy, no gap ≥ 5 s, served after 2 min( \d+ s)? \(expected 2 min\), /);
    expect(text(outcome)).toMatch(/migrations 6 → 8 in \d+ m?s \(expected 1 min\), 8\/8 kinds of data kept, /);
    expect(text(outcome)).toMatch(/no gap ≥ \d s in the drain since [\d:]+Z, drained in .* \(expected 5 min 30 s\), /);
    expect(text(outcome)).toContain(", digest as checked, 5xx 0 % in whole minutes, STABLE, took ");
    expect(text(outcome)).toContain("SERVING: ");
    expect(callsAMinute()).toBeLessThanOrEqual(40);
    expect(mutations(rig.sandbox)).toContain("UpdateService");
    expect(await applied()).toBe(8);
    expect(runningRevisions(rig.sandbox)).toEqual(everyTask(43));
  });

  it("but for 8 s without a healthy target: the gap stands in END, with its limits", {
    tags: ["variant"],
  }, async () => {
    const { result } = await underLoad(rig, () =>
      withGap(10_000, 8000, () => upgrade("--to", "43", "--confirm", "43")),
    );
    expect([result.code, text(result)]).toEqual([0, expect.stringMatching(/GAP of (up to|\d+ to) \d+ s: 0 healthy/)]);
  });

  it("to an image, in a copy of the running revision; the version is the text to type; an undo returns", async () => {
    const { result: outcome } = await underLoad(rig, () => upgrade("--image", IMAGE, "--confirm", "2.0.0"));
    expect([outcome.code, runningRevisions(rig.sandbox)]).toEqual([0, everyTask(44)]);
    expect(text(outcome)).toContain("Upgraded vulcan-prod to 2.0.0 (:44)");
    expect(text(outcome)).toContain("which tables hold the eight documented kinds is not set (dataTables)");
    const { result: undone } = await underLoad(rig, () =>
      run("undo", "--yes", "--confirm", "42", "--expect-current", "44"),
    );
    expect([undone.code, runningRevisions(rig.sandbox)]).toEqual([0, everyTask(42)]);
  });
});

it("without a healthy target for a while: the gap is measured, and stands in END", async () => {
  const elb = new ElasticLoadBalancingV2Client({});
  const [group] = (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? [];
  const TargetGroupArn = group?.TargetGroupArn;
  let emptied: Promise<void> | undefined;
  const empty = async (): Promise<void> => {
    const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const Targets = TargetHealthDescriptions.flatMap(({ Target }) => Target ?? []);
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
  };
  const heard = (said: string): void => {
    if (said.includes('"type":"step.sent"')) emptied ??= empty();
  };
  const outcome = await upgradeTo43({ heard });
  await emptied;
  expect(endOf(outcome)).toMatch(/GAP of (up to )?\d+( to \d+)? s: 0 healthy targets/);
});

it("left by Ctrl-C: LEFT, exit 130, and the line that resumes", async () => {
  const stop = new AbortController();
  const heard = (said: string): void => {
    if (said.includes('"type":"step.progress"') && said.includes('"step":"deploy"')) stop.abort(130);
  };
  const outcome = await upgradeTo43({ heard, stop: stop.signal });
  const end = eventsOf(outcome.stdout).at(-1);
  if (end?.type !== "execution.ended") throw new Error(end?.type);
  expect([outcome.code, verdictOf(end.reason ?? "")]).toEqual([130, "LEFT"]);
  expect([end.text, end.next[0]]).toEqual([
    expect.stringContaining("AWS continues with what was sent"),
    expect.stringMatching(/^vulcan-ops resume /),
  ]);
});

it("a skipped migration stops it, and --despite-hole upgrades all the same", async () => {
  const client = new pg.Client({ connectionString: rig.sandbox.databaseUrl });
  await client.connect();
  await client.query("DELETE FROM migrations WHERE version = 4");
  await client.end();
  const refused = await run("upgrade", "--to", "43", "--dry-run");
  expect([refused.code, text(refused)]).toEqual([11, expect.stringContaining("skipped migrations: 4")]);
  const untyped = await upgrade("--to", "43", "--confirm", "43", "--despite-hole");
  expect([untyped.code, text(untyped)]).toEqual([6, expect.stringContaining("43 without 4")]);
  // Two seconds between two reads: nothing is claimed of what is shorter than their distance.
  const { result: done } = await underLoad(rig, () =>
    withGap(1500, 2000, () => upgrade("--to", "43", "--confirm", "43 without 4", "--despite-hole")),
  );
  expect(text(done)).toMatch(/, no gap ≥ [5-9] s, /);
  expect([done.code, runningRevisions(rig.sandbox)]).toEqual([0, everyTask(43)]);
});

const endOf = ({ stdout }: Outcome): string => {
  const end = eventsOf(stdout).at(-1);
  return end?.type === "execution.ended" ? end.text : "";
};

const upgradeTo43 = (around: Parameters<typeof vulcanOps>[1] = {}) =>
  vulcanOps(
    [
      ...["upgrade", "--to", "43", "--watch", "15m", "--yes", "--confirm", "43", "--expect-current", "42"],
      ...["--output", "ndjson", "--state-dir", rig.stateDir],
    ],
    { columns: 400, ...around },
  );

/** A screen. */
const SCREEN_ROWS = 24;

type Event = ReturnType<typeof eventsOf>[number];

/** What a terminal of 80 columns shows of an event. */
function screenOf(event: Event): string {
  const rows = renderEvent(event, { columns: 80, colour: false, unicode: true, live: true }).trimEnd().split("\n");
  expect(rows.length).toBeLessThan(SCREEN_ROWS);
  return rows.join("\n");
}

/** Of a failed step, on one line; empty where the upgrade was refused before. */
function firstScreen({ stdout }: Outcome): string {
  const failed = eventsOf(stdout).findLast(({ type }) => type === "step.failed");
  return failed === undefined ? "" : screenOf(failed).replace(/\s+/g, " ");
}

/** The end without what differs from run to run. */
function steadyEnd({ stdout }: Outcome): Event {
  const [end = ""] = stdout.trimEnd().split("\n").slice(-1);
  const steady = end
    .replaceAll(rig.stateDir, "/state")
    .replace(/"at":"[^"]+"/, '"at":"2026-01-01T00:00:00.000Z"')
    .replace(/\d\d:\d\d:\d\dZ/g, "00:00:00Z")
    .replace(/\bx\d{4}\b/g, "x0000")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:40000")
    .replace(/"head":"\w+"/, '"head":"00000000"');
  return JSON.parse(steady);
}

describe("what an upgrade says beforehand, or refuses", () => {
  it.each<[string, readonly string[], number, string]>([
    ["a plan has the way back", ["--to", "43"], 0, "Way back"],
    ["nothing is named", [], 6, "name the new release: one of --image and --to"],
    ["both are named", ["--to", "43", "--image", IMAGE], 6, "--image and --to are both given: leave one of them out"],
    ["the image has neither tag nor digest", ["--image", "nonsense"], 6, "names no tag and no digest"],
    ["the revision is not there", ["--to", "99"], 6, "vulcan-ops upgrade --to 43"],
    [
      "the new image's migrations are not known",
      ["--image", IMAGE, "--verbose"],
      0,
      "a new image is not read for them",
    ],
    ["the revision runs already", ["--to", "42"], 11, "nothing to upgrade"],
    ["the watch sees fresh tasks only", ["--to", "43", "--watch", "10m"], 6, "from 15 min to 1 d"],
    ["the registry has no such image", ["--image", IMAGE.replace("2.0.0", "9.9.9")], 11, "the registry does not have"],
  ])("%s", async (_, words, code, says) => {
    const outcome = await run("upgrade", "--dry-run", ...words);
    expect([outcome.code, text(outcome)]).toEqual([code, expect.stringContaining(says)]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });
});

describe("an upgrade that fails says in which phase, and what serves", () => {
  it("a migration that fails", async () => {
    await rig.sandbox.reset("major-release-fails");
    const outcome = await upgrade("--to", "43", "--confirm", "43");
    expect(outcome.code).toBe(1);
    expect(text(outcome)).toContain("FAILED IN PHASE 4 (migrations): Migration failed version=8");
    expect(text(outcome)).toMatch(/by SQL: migration 8 left nothing, 7 is the newest; no row missing in \d+ tables/);
    expect(text(outcome)).toContain("Traffic is served by 3 healthy tasks of vulcan-prod:42");
  });

  /** Worlds in which :43 cannot be deployed; :42 serves again when the upgrade begins. */
  const FAILING = [
    ...["image-missing", "wrong-platform", "registry-unreachable", "secret-missing", "crash-loop"],
    ...["migration-fails", "slow-migration", "health-failing", "breaker-rolls-back", "major-release-lingers"],
  ];
  const rows = new Map<string, string>();

  it.each(sample(FAILING, 3))("%s", async (scenario) => {
    await rig.sandbox.reset(scenario);
    await deploy(42);
    await waitFor(rig, 42);
    const outcome = await upgradeTo43();
    rows.set(scenario, rowOf(outcome));
    const screen = firstScreen(outcome);
    if (screen === "") return;
    for (const said of [/PHASE \d/, /Traffic is served by|OUTAGE/, /\| targets: /, /\| \d+ × /, /\| next: /])
      expect(screen).toMatch(said);
  });

  it("there is no room for its tasks", { tags: ["variant"] }, async () => {
    await rig.sandbox.reset("major-release-unplaced");
    const outcome = await upgradeTo43();
    rows.set("no-capacity", rowOf(outcome));
    const screen = screenOf(steadyEnd(outcome));
    for (const said of [
      "STUCK IN PHASE 3 (task start)",
      "served by 3 healthy tasks of vulcan-prod:42",
      "unable to place",
    ])
      expect(screen.replace(/\s+/g, " ")).toContain(said);
    await expect(`${screen}\n`).toMatchFileSnapshot("../golden/upgrade-no-capacity.txt");
  });

  it("another deployment replaces it", async () => {
    let deployed: Promise<void> | undefined;
    const heard = (said: string): void => {
      if (said.includes('"type":"step.sent"')) deployed ??= deploy(42);
    };
    rows.set("superseded", rowOf(await upgradeTo43({ heard })));
    await deployed;
  });

  it("an old task is protected for two days", { tags: ["variant"] }, async () => {
    const ecs = new ECSClient({});
    const [task = ""] = (await ecs.send(new ListTasksCommand({ cluster: "vulcan-prod" }))).taskArns ?? [];
    const protection = { cluster: "vulcan-prod", tasks: [task], protectionEnabled: true, expiresInMinutes: 2880 };
    await ecs.send(new UpdateTaskProtectionCommand(protection));
    rows.set("protected", rowOf(await upgradeTo43()));
  });

  it("all of them: phase, verdict, reason, exit code, next command", async () => {
    const told = [...rows].map(([world, row]) => `${world}: ${row}`);
    await expectRows(told, FAILING.length + 3, "upgrade-verdicts.txt");
  });

  function rowOf({ code, stdout, stderr }: Outcome): string {
    const end = eventsOf(stdout).find(({ type }) => type === "execution.ended");
    if (end?.type !== "execution.ended")
      return `refused before the deployment | ${code} ${/\[(\S+), exit/.exec(stderr)?.[1]}`;
    const verdict = /^([A-Z0-9 ]+?(?: \([a-z ]+\))?): /.exec(end.text)?.[1];
    const next = end.next[0]?.replace(/ x\d+| --state-dir.*/g, "");
    return `${verdict} | ${end.exitCode} ${end.reason} | ${next}`;
  }
});
