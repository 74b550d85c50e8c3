import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NEEDS } from "../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../src/domain/aws/iam-policy.ts";
import { PROBE_TEMPLATES } from "../../src/domain/reconnects/templates.ts";
import { allows } from "../support/policy/allows.ts";
import { askedFor } from "../support/policy/requests.ts";
import { eventsOf, mutations, type Outcome, openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";
import { configuredProbes } from "../support/stories/probes.ts";
import { underLoad } from "../support/stories/under-load.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("clients-reconnect", 60);
});
beforeEach(() => rig.sandbox.reset("clients-reconnect"));
afterAll(() => rig.close());

type Around = NonNullable<Parameters<typeof vulcanOps>[1]>;

const run = (words: readonly string[], probes = PROBE_TEMPLATES, around: Around = {}): Promise<Outcome> =>
  vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 200, env: configuredProbes(rig, probes), ...around });
const upgrade = (around: Around = {}, ...more: readonly string[]): Promise<Outcome> => {
  const words = ["upgrade", "--to", "43", "--watch", "15m", "--yes", "--confirm", "43", "--expect-current", "42"];
  return run([...words, ...more], PROBE_TEMPLATES, around);
};
const text = ({ stdout, stderr }: Outcome): string => `${stdout}\n${stderr}`;
const notAllowed = (name: "upgrade" | "rollback" | "run" | "reconnects") =>
  rig.sandbox
    .requests()
    .flatMap(askedFor)
    .filter((asked) => !allows([policyFor(NEEDS[name], namesOf(TARGET))], asked));
const verdicts = ({ stdout }: Outcome) =>
  (JSON.parse(stdout).probes as { name: string; verdict: string }[]).map(({ name, verdict }) => `${name} ${verdict}`);

/** No request fails in any of them. */
async function everyProcedure(): Promise<void> {
  const outcome = await upgrade();
  expect(outcome.code).toBe(0);
  expect(text(outcome)).toContain("4/4 probes BACK");
  expect(notAllowed("upgrade")).toEqual([]);
  const back = await run(["rollback", "--to", "42", "--yes", "--confirm", "42", "--expect-current", "43"]);
  expect([back.code, text(back)]).toEqual([0, expect.stringContaining("4/4 probes BACK")]);
  const undone = await run(["undo", "--yes", "--confirm", "43", "--expect-current", "42"]);
  expect([undone.code, text(undone)]).toEqual([
    0,
    expect.stringMatching(/Undone: redeployed 1\.43\.0 .*Result +BACK: websockets, relays, agents, scans/s),
  ]);
  const again = await run(["run", "restart-service", "--yes", "--expect-current", "43"]);
  expect([again.code, text(again)]).toEqual([0, expect.stringContaining("4/4 probes BACK")]);
  expect(notAllowed("run")).toEqual([]);
  expect(mutations(rig.sandbox).filter((name) => name === "UpdateService")).toHaveLength(4);
}

describe("an upgrade with probes", () => {
  it("ends with everything back, judged after the last old task; a rollback, its undo and a restart as well", async () => {
    await underLoad(rig, everyProcedure);
  });

  it("names what is LOST beside what was done, in the life that resumes as well; the command says the same", async () => {
    await rig.sandbox.reset("lost-agents");
    const stop = new AbortController();
    const heard = (said: string): void => {
      if (said.includes("NOT YET: agents")) stop.abort(130);
    };
    const left = await upgrade({ stop: stop.signal, heard }, "--output", "ndjson");
    expect([left.code, left.stdout]).toEqual([130, expect.stringContaining("NOT YET: agents")]);

    const outcome = await run(["resume", "--yes", "--output", "ndjson"]);
    const end = eventsOf(outcome.stdout).find(({ type }) => type === "execution.ended");
    expect(end).toMatchObject({ exitCode: 8, reason: "reconnects-lost" });
    expect(end?.type === "execution.ended" && end.outcome).toMatch(
      /^Upgraded vulcan-prod to .*, STABLE, .*; LOST: agents \(\S+ → \S+, nothing newer within 10 min\); BACK: websockets/,
    );
    const sent = mutations(rig.sandbox).length;

    const found = await run(["reconnects", "--output", "json"]);
    expect(found.code).toBe(8);
    expect(verdicts(found)).toEqual(["websockets BACK", "relays BACK", "agents LOST", "scans BACK"]);
    expect(JSON.parse(found.stdout).next).toEqual(["vulcan-ops logs"]);
    expect(mutations(rig.sandbox)).toHaveLength(sent);
  });
});

describe("the command alone", () => {
  it("judges by metrics and rows; what nobody recorded before the change cannot be seen", async () => {
    const outcome = await run(["reconnects", "--output", "json"]);
    expect([outcome.code, verdicts(outcome)]).toEqual([
      10,
      ["websockets CANNOT BE SEEN", "relays BACK", "agents BACK", "scans BACK"],
    ]);
    expect([notAllowed("reconnects"), mutations(rig.sandbox)]).toEqual([[], []]);
    expect(outcome.stdout).not.toMatch(/percentile/);
  });

  it.each<[string, string, string]>([
    ["several rows", "SELECT id FROM agents", "gives several rows, and one is needed"],
    ["no row", "SELECT 1 WHERE false", "gives no row"],
    ["two columns", "SELECT 1, 2", "gives 2 columns, and one is needed"],
    ["a table that is not there", "SELECT count(*) FROM secret_table", "names a table that this user does not see"],
    ["no SQL at all", "SELECT FROM WHERE", "is refused by the server"],
    ["a write", "SELECT nextval('audit_log_id_seq')", "is refused by the server"],
    ["the end of the transaction", "SELECT 1) AS one LIMIT 1 -- COMMIT", "is refused by the server"],
  ])("a statement with %s is no number, and none of its text is told", async (_, sql, says) => {
    const probes = `reconnects:\n  - {name: odd, sql: "${sql}", expect: at-least 1}\n`;
    const { code, stdout, stderr } = await run(["reconnects", "--output", "json"], probes);
    expect([code, JSON.parse(stdout).probes[0]]).toMatchObject([
      10,
      { verdict: "CANNOT BE SEEN", now: null, why: `the statement ${says}` },
    ]);
    expect(`${stdout}${stderr}`).not.toContain(sql);
  });

  it("needs probes, and prints some to be pasted", async () => {
    const { code, stderr } = await vulcanOps(["reconnects"]);
    expect([code, stderr]).toEqual([6, expect.stringContaining("vulcan-ops reconnects --template")]);
    expect((await vulcanOps(["reconnects", "--template"])).stdout).toBe(PROBE_TEMPLATES);
  });
});
