import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { has, MAIN } from "../support/process.ts";
import { mutations, openRig, type Rig, serviceRevision } from "../support/sandbox-harness.ts";
import { BOB, shared } from "../support/stories/two-operators.ts";
import { startTerminals, type Terminals } from "../ui/tmux.ts";

/** Two machines: two state folders, one target. */
let rig: Rig;
let here: string;
let there: string;
beforeAll(async () => {
  rig = await openRig("bad-release", 60);
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.sandbox.reset("bad-release");
  here = mkdtempSync(join(rig.stateDir, "here-"));
  there = mkdtempSync(join(rig.stateDir, "there-"));
});

const oneLine = (text: string) => text.replace(/\s+/g, " ");

describe.skipIf(!has("tmux"))("at two terminals", () => {
  let terminals: Terminals;
  beforeAll(() => {
    terminals = startTerminals();
  });
  afterAll(() => terminals.close());
  const open = (dir: string, words = "rollback") =>
    terminals.open(`sh -c 'trap : INT; "${process.execPath}" "${MAIN}" ${words} --state-dir ${dir}; echo EXIT=$?'`, {
      env: { ...rig.sandbox.env, XDG_CONFIG_HOME: rig.stateDir, AWS_PROFILE: "" },
    });
  const ASKED = "Type 42 to roll back vulcan-prod to 1.42.0, q to cancel:";

  it("the second sees the first, types its id, and goes on; the first stops when it wants to write", async () => {
    const first = open(here);
    await first.until(ASKED);
    const id = (await shared().read())?.execution ?? "";
    const second = open(there);
    const screen = await second.until(`Type ${id} to take over`);
    expect(screen).toMatch(/LOCKED\s+another execution has this target/);
    second.type("42", "Enter");
    await second.until(/That is not the id[\s\S]* to take over, q to cancel:/);
    second.type(id, "Enter");
    await second.until(ASKED);
    first.type("42", "Enter");
    expect(oneLine(await first.until("EXIT=5"))).toContain("the target was taken over by");
    expect(mutations(rig.sandbox)).toEqual([]);
    second.type("42", "Enter");
    await second.until("EXIT=0");
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
  });

  it.each([
    ["q", ["q", "Enter"], 3],
    ["Ctrl-D", ["C-d"], 3],
    ["Ctrl-C", ["C-c"], 130],
  ])("the second leaves it to the first with %s", async (_name, keys, code) => {
    await shared().claim(BOB);
    const second = open(there);
    await second.until(`Type ${BOB.execution} to take over`);
    second.type(...keys);
    await second.until(`EXIT=${code}`);
    expect(await shared().read()).toEqual(BOB);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("unlock asks before it lets go of another operator's", async () => {
    await shared().claim(BOB);
    const pane = open(there, `unlock ${BOB.execution}`);
    await pane.until("Release the lock anyway?");
    pane.type("Enter");
    await pane.until("EXIT=3");
    expect(await shared().read()).toEqual(BOB);
  });
});
