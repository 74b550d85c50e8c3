import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../support/sample.ts";
import { eventsOf, type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { BRISK, secretFor } from "../support/stories/cutover.ts";
import { configuredProbes } from "../support/stories/probes.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("clients-reconnect", 200, { timings: BRISK });
});
afterAll(() => rig.close());

const COPY = "vulcan-prod-then";

const run = (words: readonly string[]): Promise<Outcome> =>
  vulcanOps([...words, "--yes", "--output", "ndjson", "--state-dir", rig.stateDir], {
    columns: 400,
    env: configuredProbes(rig),
  });

const window = (): Promise<Outcome> => run(["maintenance", "--to", "43", "--expect-current", "42", "--watch", "15m"]);

async function cutOver(): Promise<Outcome> {
  const secret = await secretFor(rig, COPY);
  const words = ["restore", "--to", "-10m", "--as", COPY, "--cutover", "revision", "--database-secret", secret];
  return run([...words, "--confirm", COPY, "--expect-current", "42"]);
}

function endOf({ stdout, stderr }: Outcome) {
  const end = eventsOf(stdout).find(({ type }) => type === "execution.ended");
  if (end?.type !== "execution.ended") throw new Error(`no end in\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
  return end;
}

/** Both replace every task: the window by a smaller number of new ones, the cutover after none was left. */
const BOTH = [
  ["a maintenance window", window],
  ["a cutover to a restored database", cutOver],
] as const;

describe.each(sample(BOTH, 1))("%s", (_, procedure) => {
  it("ends with everything BACK", async () => {
    await rig.sandbox.reset("clients-reconnect");
    const outcome = await procedure();
    expect([outcome.code, endOf(outcome).outcome]).toEqual([0, expect.stringContaining("4/4 probes BACK")]);
    expect(outcome.stdout).toMatch(/"text":"BACK: websockets, relays, agents, scans/);
  });

  it("names the relay that never comes back as LOST, beside what was done: exit 8", async () => {
    await rig.sandbox.reset("lost-relay");
    const outcome = await procedure();
    const end = endOf(outcome);
    expect([outcome.code, end.exitCode, end.reason]).toEqual([8, 8, "reconnects-lost"]);
    expect(end.outcome).toMatch(/; LOST: relays \(.*nothing newer within 10 min\); BACK: websockets, agents, scans/);
  });
});
