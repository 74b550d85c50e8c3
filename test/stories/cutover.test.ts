import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  eventsOf,
  type Outcome,
  openRig,
  type Rig,
  runningRevisions,
  serviceRevision,
  vulcanOps,
} from "../support/sandbox-harness.ts";
import { SOON_MS } from "../support/soon.ts";
import {
  type Asked,
  BRISK,
  beatsIn,
  momentAmid,
  type ServiceBeats,
  secretFor,
  startServiceBeats,
} from "../support/stories/cutover.ts";
import { named, names, query, writes } from "../support/stories/restore.ts";

let rig: Rig;
let beats: ServiceBeats | undefined;
beforeAll(async () => {
  rig = await openRig("healthy", 300, { timings: BRISK });
});
beforeEach(async () => {
  await beats?.stop();
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("healthy");
});
afterAll(async () => {
  await beats?.stop();
  await rig.close();
});

const COPY = "vulcan-prod-then";
const KEPT = /^vulcan-prod-until-\d{12}$/;

const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 300, env });

const HALF_AN_HOUR = 1_800_000;

/** The name that the old instance is to have. */
const kept = (text: string): string => /vulcan-prod-until-\d{12}/.exec(text)?.[0] ?? "";

/** Where the rows went that the service was asked for after the moment: all to the one, and then all to the other. */
function sidesOf(asked: readonly Asked[], after: number, one: Set<number>, other: Set<number>) {
  const late = asked.filter(({ from, isWritten }) => isWritten && from > after).map(({ n }) => n);
  const [there, here] = [late.filter((n) => one.has(n)), late.filter((n) => other.has(n))];
  return {
    lost: late.filter((n) => !one.has(n) && !other.has(n)),
    doubled: late.filter((n) => one.has(n) && other.has(n)),
    isBoth: there.length > 0 && here.length > 0,
    isInTurn: (there.at(-1) ?? -1) < (here[0] ?? -1),
  };
}

/** The fewest tasks that auto scaling may set, and whether it is held. */
async function scaling() {
  const asked = new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" });
  const { ScalableTargets = [] } = await new ApplicationAutoScalingClient({}).send(asked);
  return ScalableTargets.flatMap(({ MinCapacity, SuspendedState }) => [
    MinCapacity,
    SuspendedState?.ScheduledScalingSuspended === true,
  ]);
}

const CLEAN = { lost: [], doubled: [], isBoth: true, isInTurn: true };

describe.each([
  { cutover: "revision", taken: COPY },
  { cutover: "rename", taken: "vulcan-prod" },
])("restore --cutover $cutover, while customers write", ({ cutover, taken }) => {
  it("brings the service onto the restored database, and undo brings it back; no row goes to both", async () => {
    beats = await startServiceBeats(rig);
    const moment = await momentAmid(rig, beats);
    const isRename = cutover === "rename";
    const secret = isRename ? [] : ["--database-secret", await secretFor(rig, COPY)];
    const words = ["restore", "--to", new Date(moment).toISOString(), "--as", COPY, "--cutover", cutover, ...secret];
    const done = await run([...words, "--yes", "--confirm", taken]);
    expect([done.code, done.stderr.slice(-900)]).toEqual([0, expect.anything()]);
    await beats.more(20);

    const asked = [...beats.asked];
    const all = (await names()).map(String);
    const kept = isRename ? (all.find((name) => KEPT.test(name)) ?? "") : "vulcan-prod";
    expect(new Set(all)).toEqual(new Set([taken, kept]));
    const [before, now] = [await beatsIn(rig, await named(kept)), await beatsIn(rig, await named(taken))];
    const early = asked.filter(({ until, isWritten }) => isWritten && until <= moment).map(({ n }) => n);
    expect(early.filter((n) => !before.has(n) || !now.has(n))).toEqual([]);
    expect(sidesOf(asked, moment, before, now)).toEqual(CLEAN);
    const revision = isRename ? "vulcan-prod:42" : "vulcan-prod:44";
    expect(runningRevisions(rig.sandbox)).toEqual([revision, revision, revision]);
    expect((await named(taken)).DeletionProtection).toBe(true);
    const said = (done.stdout + done.stderr).replace(/\s+/g, " ");
    expect(said).toMatch(/what vulcan-prod got since .* beats \d+ \(newest /);
    expect(said).toContain(`3 sessions on ${taken}; 0 sessions on ${kept}`);
    expect(said).toMatch(new RegExp(`END Restored vulcan-prod to .* as ${COPY}: data proven. Next: vulcan-ops watch`));
    expect(said).toContain(`0: done, 3/3 healthy, 3 sessions on ${taken}, 0 sessions on ${kept}, took`);
    expect(said).toContain("Next: vulcan-ops watch --for 30m");
    expect(said).toContain(`aws rds delete-db-instance --db-instance-identifier ${kept}`);
    expect(said).not.toContain(new URL(rig.sandbox.databaseUrl).password);
    if (!isRename) {
      const back = await run(["rollback", "--to", "42", "--dry-run", "--verbose"]);
      expect(back.stdout).toMatch(/points at another database: DB_URL of vulcan is secret \S+db-url-Ab12Cd/);
    }

    const cut = rig.sandbox.now();
    const id = /vulcan-ops show (\w+) --/.exec(said)?.[1] ?? "";
    const undone = await run(["undo", id, "--yes", "--confirm", kept]);
    await beats.more(20);
    await beats.stop();
    const told = (undone.stdout + undone.stderr).replace(/\s+/g, " ");
    expect([undone.code, told]).toEqual([0, expect.stringMatching(/END Undone: switched .* Result .*scaled /)]);
    expect(told).toContain(`aws rds delete-db-instance --db-instance-identifier ${COPY}`);
    expect(told).toMatch(/got since .* beats \d+ .* not in /);
    expect(new Set(await names())).toEqual(new Set(["vulcan-prod", COPY]));
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
    const [back, left] = [await beatsIn(rig, await named("vulcan-prod")), await beatsIn(rig, await named(COPY))];
    expect(sidesOf(beats.asked, cut, left, back)).toEqual(CLEAN);
    expect(writes(rig).filter((name) => name.startsWith("Delete"))).toEqual([]);
  }, 120_000);
});

describe("Ctrl-C as soon as the old instance is to lose its name", () => {
  it("starts no task while the rename is half-way, says so, and an undo waits for its end", async () => {
    const stop = new AbortController();
    const heard = (text: string): void => {
      if (/"type":"step\.sent".*"step":"away"/.test(text)) stop.abort(130);
    };
    const words = ["restore", "--latest", "--as", COPY, "--cutover", "rename", "--yes", "--output", "ndjson"];
    const argv = [...words, "--confirm", "vulcan-prod", "--state-dir", rig.stateDir];
    const { code, stdout } = await vulcanOps(argv, { heard, stop: stop.signal });
    expect([code, writes(rig).slice(-2)]).toEqual([7, ["UpdateService", "ModifyDBInstance"]]);
    const end = eventsOf(stdout).findLast(({ type }) => type === "execution.ended");
    expect(end).toMatchObject({ text: expect.stringContaining("no instance is called vulcan-prod just now") });
    const since = rig.sandbox.now();
    const undo = ["undo", end?.execution ?? "", "--yes"];
    expect((await run(undo)).code).toBe(6);
    // What it asks for is known at once.
    expect(rig.sandbox.now() - since).toBeLessThan(60_000);
    const undone = await run([...undo, "--confirm", kept(stdout)]);
    expect([undone.code, undone.stderr.slice(-300)]).toEqual([0, expect.anything()]);
    // It waits for the end of the rename, and not for a name that nothing gives back.
    expect(rig.sandbox.now() - since).toBeLessThan(HALF_AN_HOUR);
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:42", "vulcan-prod:42", "vulcan-prod:42"]);
    expect(new Set(await names())).toEqual(new Set(["vulcan-prod", COPY]));
  }, 120_000);
});

describe("a proof that was set up, and that the database refuses", () => {
  const words = ["restore", "--latest", "--as", COPY, "--cutover", "rename"];
  const answers = ["--yes", "--confirm", "vulcan-prod"];

  it("an IAM token as password is told in the plan; at the proof of what was restored: exit 11 before anything stops", async () => {
    const url = new URL(rig.sandbox.databaseUrl);
    const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
    const dated = `X-Amz-Date=${stamp(rig.sandbox.now() - 16 * 60_000)}&X-Amz-Expires=900`;
    url.username = "iamop";
    url.password = encodeURIComponent(
      `vulcan-prod.x.rds.amazonaws.com:5432/?Action=connect&${dated}&X-Amz-Signature=ab12`,
    );
    const dead = { VULCAN_DATABASE_URL: url.href };
    const plan = await run([...words, "--dry-run", "--verbose"], dead);
    expect(plan.stdout.replace(/\s+/g, " ")).toMatch(/is an IAM token, valid until .*: it has expired/);
    const { code, stdout, stderr } = await run([...words, ...answers, "--output", "json"], dead);
    expect([code, JSON.parse(stdout)]).toMatchObject([11, { reason: "data-unproven" }]);
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
    expect(writes(rig)).not.toContain("UpdateService");
    expect(plan.stdout + plan.stderr + stdout + stderr).not.toContain("ab12");

    // With a password that is taken, the same execution is proven and goes on.
    const again = await run(["resume", JSON.parse(stdout).execution, ...answers]);
    expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
    expect(again.stdout + again.stderr).not.toContain("NOT PROVEN");
  });

  /** Runs the cutover as a user whom the database that is left refuses once the request of that step is on its way. */
  async function refusedFrom(step: string) {
    const user = `reader_until_${step}`;
    await query(rig, `CREATE ROLE ${user} LOGIN PASSWORD 'r'`);
    await query(rig, `GRANT pg_read_all_data, pg_read_all_stats TO ${user}`);
    const made = rig.sandbox.now();
    await expect
      .poll(async () => (await named("vulcan-prod")).LatestRestorableTime?.getTime() ?? 0, { timeout: SOON_MS })
      .toBeGreaterThan(made);
    const url = new URL(rig.sandbox.databaseUrl);
    [url.username, url.password] = [user, "r"];
    let refusing: Promise<unknown> | undefined;
    const heard = (text: string): void => {
      if (!text.includes('"step.confirmed"') || !text.includes(`"step":"${step}"`)) return;
      refusing ??= query(rig, `ALTER ROLE ${user} NOLOGIN`);
    };
    const env = { VULCAN_DATABASE_URL: url.href };
    const more = ["--state-dir", rig.stateDir, "--output", "ndjson"];
    const done = await vulcanOps([...words, ...answers, ...more], { env, heard });
    await refusing;
    return { ...done, ended: eventsOf(done.stdout).at(-1) };
  }

  it("at the proof that nobody writes: exit 11 before a name changes, and the service serves as before", async () => {
    const { code, ended } = await refusedFrom("fence");
    expect([code, ended]).toMatchObject([
      11,
      { reason: "quiet-unproven", text: expect.stringContaining("NOT PROVEN") },
    ]);
    expect(await names()).toEqual(["vulcan-prod", COPY]);
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
  });

  it("at the proof of where the service is connected: the rest is done, exit 7, and resume proves it", {
    tags: ["variant"],
  }, async () => {
    const { code, ended } = await refusedFrom("switch");
    expect([code, ended]).toMatchObject([7, { reason: "cutover-unproven", status: "unknown" }]);
    expect(ended).toMatchObject({
      text: expect.stringContaining("NOT PROVEN"),
      next: expect.arrayContaining([expect.stringContaining("vulcan-ops resume")]),
    });
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
    expect((await named("vulcan-prod")).DeletionProtection).toBe(true);
    const sent = writes(rig).length;
    const again = await run(["resume", ended?.execution ?? "", ...answers]);
    expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
    expect(writes(rig)).toHaveLength(sent);
  });
});

describe("a cutover that cannot go on", () => {
  it("somebody else is connected: it is named, nothing is switched, and the service serves again as before", async () => {
    const other = new pg.Client({ connectionString: rig.sandbox.databaseUrl, application_name: "nightly-import" });
    other.on("error", () => {}); // the sandbox cuts it at the end
    await other.connect();
    const words = ["restore", "--latest", "--as", COPY, "--cutover", "rename", "--yes", "--confirm", "vulcan-prod"];
    const { code, stdout } = await run([...words, "--output", "json"]);
    await other.end();
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 1, reason: "database-in-use" });
    expect([code, stdout]).toEqual([1, expect.stringContaining("nightly-import, from 127.0.0.1")]);
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
    expect(writes(rig).slice(2)).toEqual(["UpdateService", "UpdateService"]);
    expect(await names()).toEqual(["vulcan-prod", COPY]);
  });

  it("refused between the two renames: no task starts without a database, resume ends with one production name", async () => {
    await rig.sandbox.reset("autoscaler-fights");
    rig.sandbox.inject({
      operation: "ModifyDBInstance",
      nth: 3,
      kind: "refuse",
      code: "DBInstanceAlreadyExists",
      when: "before",
    });
    const words = ["restore", "--latest", "--as", COPY, "--cutover", "rename", "--yes", "--confirm", "vulcan-prod"];
    const dark = { VULCAN_DATABASE_URL: "" };
    const { code, stdout } = await run([...words, "--output", "json"], dark);
    expect([code, JSON.parse(stdout)]).toMatchObject([7, { reason: "database-nameless" }]);
    expect(runningRevisions(rig.sandbox)).toEqual([]);
    const all = (await names()).map(String);
    expect(all).not.toContain("vulcan-prod");
    expect(await scaling()).toEqual([0, true]);
    const { execution } = JSON.parse(stdout);
    const sent = writes(rig).length;
    const mistyped = await run(["resume", execution, "--yes", "--confirm", COPY], dark);
    expect([mistyped.code, mistyped.stderr]).toEqual([
      6,
      expect.stringContaining("--confirm vulcan-prod (step switch"),
    ]);
    expect(writes(rig)).toHaveLength(sent);
    const resume = ["resume", execution, "--yes", "--confirm", "vulcan-prod"];
    const again = await run(resume, dark);
    expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
    expect(again.stdout + again.stderr).toContain("NOT PROVEN that vulcan-prod has no other writer");
    expect(new Set(await names())).toEqual(new Set(["vulcan-prod", all.find((name) => KEPT.test(name))]));
    expect(runningRevisions(rig.sandbox).length).toBeGreaterThan(1);
    expect(await scaling()).toEqual([2, false]);
  });

  it("a revision that does not start: exit 1 and nobody serves, which it says; undo brings the service back as it was", {
    tags: ["variant"],
  }, async () => {
    const secret = await secretFor(rig, "vulcan-prod-mistyped");
    const words = ["restore", "--latest", "--as", COPY, "--cutover", "revision", "--database-secret", secret];
    const { code, stdout } = await run([...words, "--yes", "--confirm", COPY, "--output", "json"]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("ended by themselves with exit code 1")]);
    const { execution } = JSON.parse(stdout);
    const sent = writes(rig).length;
    const mistyped = await run(["undo", execution, "--yes", "--confirm", COPY]);
    expect([mistyped.code, mistyped.stderr]).toEqual([
      6,
      expect.stringContaining("--confirm vulcan-prod (step switch"),
    ]);
    expect(mistyped.stderr).toContain("the execution stands where it stood");
    expect(writes(rig)).toHaveLength(sent);
    const undone = await run(["undo", execution, "--yes", "--confirm", "vulcan-prod"]);
    expect((undone.stdout + undone.stderr).replace(/\s+/g, " ")).toContain(
      "Undone: switched the database of vulcan-prod to",
    );
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:42", "vulcan-prod:42", "vulcan-prod:42"]);
  });

  it("a revision that takes its address from a secret, and no other secret: exit 11 before anything is sent", async () => {
    const words = ["restore", "--latest", "--as", COPY, "--cutover", "revision", "--dry-run", "--verbose"];
    const { code, stdout } = await run(words);
    expect(code).toBe(11);
    expect(stdout).toContain("a new revision needs a secret of its own");
    expect(stdout).toContain("S3 documents are newer than the database");
    expect(writes(rig)).toEqual([]);
  });

  it.each([
    { cutover: "rename", right: "vulcan-prod", step: "away", number: 13 },
    { cutover: "revision", right: COPY, step: "switch", number: 15 },
  ])(
    "--cutover $cutover and a name that nobody confirmed, or another one: exit 6 before anything is sent, and before anything stops",
    async ({ cutover, right, step, number }) => {
      const secret = cutover === "rename" ? [] : ["--database-secret", await secretFor(rig, COPY)];
      const before = writes(rig);
      const words = ["restore", "--latest", "--as", COPY, "--cutover", cutover, ...secret];
      for (const typed of [[], ["--confirm", "vulcan-prod-mistyped"]]) {
        const { code, stderr } = await run([...words, "--yes", ...typed]);
        expect([code, stderr]).toEqual([6, expect.stringContaining(`--confirm ${right} (step ${step} asks for`)]);
        expect(stderr).toContain("No changes made.");
        expect(stderr).toContain(`Add to the same command: --confirm ${right}`);
      }
      const dry = await run([...words, "--dry-run"]);
      expect([dry.code, dry.stdout]).toEqual([
        0,
        expect.stringMatching(new RegExp(` Asks +at steps .*, ${number} \\(type ${right}\\)(,|\\n)`)),
      ]);
      const whole = await run([...words, "--dry-run", "--verbose"]);
      expect([whole.code, whole.stdout]).toEqual([
        0,
        expect.stringMatching(new RegExp(` Asks +type {2}${right}(?![\\w-])`)),
      ]);
      expect(whole.stdout.replace(/\s+/g, " ")).toContain(`(${step}): type ${right}`);
      expect(writes(rig)).toEqual(before);
      expect(runningRevisions(rig.sandbox)).toHaveLength(3);
    },
  );

  it("a new name that would be another one at every try: exit 6, and says how to choose it", async () => {
    const words = ["restore", "--latest", "--cutover", "revision", "--yes", "--confirm", "vulcan-prod-restored-1"];
    const { code, stderr } = await run(words);
    expect([code, stderr]).toEqual([6, expect.stringContaining("Add to the same command: --as NAME --confirm NAME")]);
    expect(writes(rig)).toEqual([]);
  });

  it.each([
    ["--database-secret", "arn:aws:secretsmanager:x:1:secret:y"],
    ["--leave", "DB_URL"],
  ])("%s without a way that would use it: exit 6", async (flag, value) => {
    const { code, stderr } = await run(["restore", "--latest", flag, value]);
    expect([code, stderr]).toEqual([6, expect.stringContaining(`${flag} is for --cutover revision alone`)]);
  });
});
