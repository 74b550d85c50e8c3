import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("crash-loop", 60);
});
afterAll(() => rig.close());
afterEach(() => vi.unstubAllEnvs());

const logs = (...flags: string[]) => vulcanOps(["logs", "--since", "1h", ...flags]);

it("prints the lines of the revision that was deployed last, of all its tasks, oldest first, and writes nothing", async () => {
  await expect.poll(async () => (await logs()).stdout).toMatch(/panic: config: RELAY_URL is not set/);
  const { code, stdout } = await logs();
  expect(code).toBe(0);
  const rows = stdout.trimEnd().split("\n");
  for (const row of rows) expect(row).toMatch(/^\d\d:\d\d:\d\dZ [0-9a-f]{8} \S/);
  expect((await logs("--lines", "2")).stdout.trimEnd().split("\n")).toHaveLength(2);
  expect(mutations(rig.sandbox)).toEqual([]);
});

it("prints them as data, with where they come from, and each as a JSON line", async () => {
  const found = JSON.parse((await logs("--output", "json")).stdout);
  expect(found).toMatchObject({ schemaVersion: 1, taskDefinition: "vulcan-prod:43", container: "vulcan" });
  const [line] = (await logs("--output", "ndjson")).stdout.split("\n");
  expect(JSON.parse(line ?? "")).toEqual({
    at: expect.stringMatching(/Z$/),
    task: expect.stringMatching(/^[0-9a-f]{32}$/),
    text: expect.any(String),
  });
});

it("--count counts the lines of each stream, with their times, and prints none of them", async () => {
  const rows = (await logs("--count")).stdout;
  expect(rows).toMatch(/^\d\d:\d\d:\d\dZ to \d\d:\d\d:\d\dZ [0-9a-f]{8} 5 lines in vulcan\/vulcan\/[0-9a-f]{32}$/m);
  const { code, stdout } = await logs("--count", "--output", "json");
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    expect.objectContaining({ group: expect.any(String), streams: expect.arrayContaining([expect.any(Object)]) }),
  ]);
  const [line] = (await logs("--count", "--output", "ndjson")).stdout.split("\n");
  expect(JSON.parse(line ?? "")).toMatchObject({ lines: expect.any(Number), first: expect.any(String) });
  expect(`${rows}${stdout}`).not.toContain("RELAY_URL");
});

it.each(["42", ":42", "vulcan-prod:42"])(
  "tells the revisions apart: %s, which serves, has no line of the other",
  async (revision) => {
    const { code, stdout } = await logs("--revision", revision);
    expect(code).toBe(0);
    expect(stdout).not.toContain("RELAY_URL");
  },
);

it("follows, each line once and in its order, until Ctrl-C", async () => {
  const stop = new AbortController();
  let heard = "";
  const following = vulcanOps(["logs", "-f", "--since", "1h", "--output", "ndjson"], {
    stop: stop.signal,
    heard: (text) => {
      heard += text;
    },
  });
  const rows = () => heard.split("\n").filter((row) => row !== "");
  await expect.poll(() => rows().length).toBeGreaterThan(0);
  const before = rows().length;
  await expect.poll(() => rows().length).toBeGreaterThan(before + 2);
  stop.abort(130);
  expect((await following).code).toBe(130);
  const all = (await logs("--output", "ndjson")).stdout.trimEnd().split("\n");
  expect(rows()).toEqual(all.slice(0, rows().length));
});

it.each<[string[], number, RegExp]>([
  [["--revision", "latest"], 6, /is not a task definition revision, as in 42/],
  [["--revision", "vulcan-blue:42"], 6, /there is no task definition vulcan-blue:42/],
  [["--revision", "arn:aws:ecs:us-east-1:1:task-definition/vulcan-prod:42"], 6, /starts only task definitions from/],
  [["--revision", "99"], 6, /there is no task definition vulcan-prod:99/],
  [["--count", "-f"], 6, /--count counts what there is, and -f has no end/],
  [["--lines", "0"], 6, /is no number from 1 to 10000/],
  [["--since", "yesterday"], 6, /is no duration from 1s to 24h/],
])("%j ends before anything is printed", async (flags, code, why) => {
  const outcome = await vulcanOps(["logs", ...flags]);
  expect([outcome.code, outcome.stdout]).toEqual([code, ""]);
  expect(outcome.stderr.replace(/\s+/g, " ")).toMatch(why);
});

it("-f as one JSON document is refused, by a document", async () => {
  const { code, stdout } = await vulcanOps(["logs", "-f", "--output", "json"]);
  expect([code, JSON.parse(stdout)]).toEqual([
    6,
    {
      error: expect.objectContaining({
        code: "follow-json",
        exitCode: 6,
        message: expect.stringContaining("ndjson has a line each"),
        next: ["vulcan-ops logs -f --output ndjson"],
      }),
    },
  ]);
});

it("status --all reads every target at once: one of another account is a row, and hides no other", async () => {
  const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
  writeFileSync(
    VULCAN_OPS_CONFIG,
    'schemaVersion: "1"\ntargets:\n  main: {account: "111122223333"}\n  other: {account: "999988887777"}\n',
  );
  const env = { VULCAN_OPS_CONFIG, XDG_STATE_HOME: rig.stateDir };
  const { code, stdout } = await vulcanOps(["status", "--all"], { env });
  expect(code).toBe(11);
  expect(stdout).toMatch(/^main +✗ Release 1\.43\.0 \(:43\) is failing: /m);
  expect(stdout).toMatch(/^other +\? target other is pinned to account 999988887777/m);
  const { targets } = JSON.parse((await vulcanOps(["status", "--all", "--output", "json"], { env })).stdout);
  expect(targets).toMatchObject([
    { name: "main", tone: "failing", code: "deployment-failing", exitCode: 0 },
    { name: "other", tone: "unknown", code: "account-mismatch", exitCode: 11 },
  ]);
  expect((await vulcanOps(["status", "--all", "--target", "main"], { env })).code).toBe(6);
});

it("a shell that points at a world that is gone is told so once, with the line that clears it", async () => {
  const env = {
    VULCAN_OPS_CLOCK: join(rig.stateDir, "gone", "clock.json"),
    VULCAN_OPS_CONFIG: "/nowhere/vulcan-ops.yaml",
  };
  for (const command of ["status", "doctor", "rollback"]) {
    const { code, stderr } = await vulcanOps([command], { env });
    expect(code).toBe(6);
    expect(stderr).toContain("this shell points at a world that is gone");
    expect(stderr).toContain('eval "$(vulcan-ops sandbox stop)"');
  }
});

it("without a region, status and doctor say so once, with the way out, and as data with the code", async () => {
  const env = { VULCAN_OPS_CONFIG: "", XDG_CONFIG_HOME: rig.stateDir };
  // The SDK reads the process's own.
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
  for (const command of ["status", "doctor"]) {
    const { code, stdout, stderr } = await vulcanOps([command], { env });
    expect([command, code, stdout]).toEqual([command, 6, ""]);
    expect(stderr.match(/no AWS region is given/g)).toHaveLength(1);
    expect(stderr).toContain("--region eu-west-1");
    const data = await vulcanOps([command, "--output", "json"], { env });
    expect([command, data.code]).toEqual([command, 6]);
    expect(JSON.parse(data.stdout).error).toMatchObject({ code: "aws-regionless", exitCode: 6 });
  }
});
