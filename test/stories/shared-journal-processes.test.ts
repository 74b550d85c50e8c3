import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { start } from "../support/process.ts";
import { eventsOf, mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

/** Two machines and one table; each process is one of its own. */
let rig: Rig;
let config: string;
let here: string;
let there: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 60);
  config = join(rig.stateDir, "vulcan-ops.yaml");
  const target = ["account: '111122223333'", "region: eu-west-1", "production: false"];
  const lines = [...target, "journal: dynamodb://vulcan-ops-journal"].map((line) => `    ${line}`);
  writeFileSync(config, ['schemaVersion: "1"', "targets:", "  vulcan-prod:", ...lines, ""].join("\n"));
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.sandbox.reset("bad-but-healthy");
  here = mkdtempSync(join(rig.stateDir, "here-"));
  there = mkdtempSync(join(rig.stateDir, "there-"));
});

const env = () => ({ VULCAN_OPS_CONFIG: config });
const ROLLBACK = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43", "--output", "ndjson"];
const begin = () => start([...ROLLBACK, "--state-dir", here], env());
const resume = (id: string, ...flags: string[]) =>
  vulcanOps(["resume", id, "--yes", "--state-dir", there, ...flags], { columns: 400, env: env() });

/** Until its request was sent; answers its id. */
async function untilSent(process: ReturnType<typeof begin>): Promise<string> {
  for (let lines = 1; ; lines++) {
    await process.lines(lines);
    const events = eventsOf(process.stdoutSoFar().split("\n").slice(0, lines).join("\n"));
    if (events.at(-1)?.type === "step.sent") return events[0]?.execution ?? "";
    if (process.child.exitCode !== null) throw new Error("it ended before its request");
  }
}

it("a process that stood still wakes after a takeover, and sends nothing more", async () => {
  const first = begin();
  const id = await untilSent(first);
  first.child.kill("SIGSTOP");
  const asked = await resume(id);
  expect(asked).toMatchObject({ code: 5, stderr: expect.stringContaining(`--take-over ${id}`) });
  const taken = await resume(id, "--take-over", id);
  expect(taken).toMatchObject({ code: 0 });
  first.child.kill("SIGCONT");
  const woken = await first.ended;
  expect(woken.code).toBe(5);
  expect(woken.stdout).toMatch(/was continued by|was taken over by/);
  expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
});

it("handover stops a process that waits: exit 7, and the next machine begins with the page", async () => {
  const first = begin();
  const id = await untilSent(first);
  const page = await vulcanOps(["handover", id, "--note", "Bob knows", "--state-dir", here], { env: env() });
  expect(page).toMatchObject({ code: 0, stdout: expect.stringMatching(/HANDOVER {2}handed over by .*: Bob knows/) });
  expect((await first.ended).code).toBe(7);
  const resumed = await resume(id);
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Handed over by .*: Bob knows\n/) });
  expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
});

it("a process that was killed is continued without a question, by a machine that has nothing of it", async () => {
  const first = begin();
  const id = await untilSent(first);
  first.child.kill("SIGKILL");
  await first.ended;
  expect(await resume(id)).toMatchObject({ code: 0, stderr: expect.stringContaining("left its shared lock behind") });
  expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
});
