import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { has, MAIN } from "../support/process.ts";
import { sample } from "../support/sample.ts";
import { mutations, openRig, type Rig, serviceRevision } from "../support/sandbox-harness.ts";
import { startTerminals, type Terminals } from "../ui/tmux.ts";

let rig: Rig;
let terminals: Terminals;

describe.skipIf(!has("tmux"))("at a real terminal", () => {
  beforeAll(async () => {
    rig = await openRig("bad-release", 60);
    terminals = startTerminals();
  });
  afterAll(async () => {
    terminals.close();
    await rig.close();
  });
  beforeEach(() => rig.sandbox.reset("bad-release"));

  const open = (words: string, options: { columns?: number; rows?: number; env?: Record<string, string> } = {}) => {
    const env = {
      ...rig.sandbox.env,
      XDG_STATE_HOME: rig.stateDir,
      XDG_CONFIG_HOME: rig.stateDir,
      AWS_PROFILE: "",
      ...options.env,
    };
    return terminals.open(`sh -c 'trap : INT; "${process.execPath}" "${MAIN}" ${words}; echo EXIT=$?'`, {
      ...options,
      env,
    });
  };
  /** Wherever it is wrapped. */
  /** On a narrow screen the deed stands above it. */
  const ASKED = /Type 42( to roll back vulcan-prod to 1\.42\.0)?, q to cancel:/;

  it("shows the change, takes 42, follows the rollout, and ends with what to do next", async () => {
    const pane = open("rollback");
    await pane.until(ASKED);
    expect(mutations(rig.sandbox)).toEqual([]);
    pane.type("42", "Enter");
    await pane.until("healthy");
    const screen = await pane.until("EXIT=0");
    expect(screen).toContain("vulcan-prod:42 healthy on 3/3 tasks");
    expect(screen).toContain("vulcan-ops watch --for 10m");
    expect(pane.hasCursor()).toBe(true);
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
  });

  it("takes no answer that was typed before the question was on the screen", async () => {
    const pane = open("rollback");
    pane.type("42", "Enter", "42", "Enter");
    await pane.until(ASKED);
    expect(mutations(rig.sandbox)).toEqual([]);
    pane.type("q", "Enter");
    await pane.until("EXIT=3");
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  const LEAVING: readonly (readonly [string, readonly string[], number])[] = [
    ["Ctrl-C", ["C-c"], 130],
    ["Ctrl-C twice", ["C-c", "C-c"], 130],
    ["Ctrl-D", ["C-d"], 3],
    ["q", ["q", "Enter"], 3],
    ["another text, then Ctrl-D", ["43", "Enter", "C-d"], 3],
    ["Enter alone, then Ctrl-C", ["Enter", "C-c"], 130],
  ];
  it.each(sample(LEAVING, 3))(
    "at the question, %s sends nothing and leaves the terminal as it was",
    async (_name, keys, code) => {
      const pane = open("rollback");
      await pane.until(ASKED);
      pane.type(...keys);
      const screen = await pane.until(/EXIT=\d+/);
      expect(screen).toContain(`EXIT=${code}`);
      expect(mutations(rig.sandbox)).toEqual([]);
      expect(pane.hasCursor()).toBe(true);
      await pane.until("PANE-END");
      expect(pane.modes()).toContain(" icanon");
    },
  );

  it("follows a deployment in one view that fits the screen; Ctrl-C leaves it, and the terminal, as they were", async () => {
    await rig.sandbox.reset("no-capacity");
    const pane = open("upgrade --follow", { rows: 24 });
    await pane.until(/Phase 3\/7: task start/);
    await pane.until("7 old tasks stop");
    expect(pane.glass().trimEnd().split("\n").length).toBeLessThanOrEqual(24);
    expect(pane.glass()).toContain("Ctrl-C stops watching; AWS continues.");
    pane.type("C-c");
    const screen = await pane.until("EXIT=130");
    expect(screen).toContain("LEFT IN PHASE 3 (task start)");
    expect(screen).toContain("Nothing was changed from here");
    expect([pane.hasCursor(), mutations(rig.sandbox)]).toEqual([true, []]);
    await pane.until("PANE-END");
    expect(pane.modes()).toContain(" icanon");
  });

  it("Ctrl-C during the wait stops watching, says that AWS continues, and resume finishes it without a second request", async () => {
    const pane = open("rollback");
    await pane.until(ASKED);
    pane.type("42", "Enter");
    await pane.until(/Step 4\/6: wait for the rollout [\s\S]* of about 2:00/);
    pane.type("C-c");
    const screen = await pane.until("EXIT=130");
    expect(screen).toMatch(/Stopped watching at step 4\/6 \(rollout\): AWS continues\.\s+Next: /);
    expect(screen).toContain("vulcan-ops resume");

    const again = open("resume");
    await again.until("EXIT=0");
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
  });

  it("bare vulcan-ops shows what is wrong, and a menu", async () => {
    // Other runs have left an execution on record.
    const pane = open("", { env: { XDG_STATE_HOME: join(rig.stateDir, "bare") } });
    const screen = await pane.until("q quit");
    expect(screen).toMatch(/✗ 1\.43\.0 \(:43\) is failing, 1\.42\.0 \(:42\) serves\. Next: roll back/);
    expect(screen).toMatch(/> 1 Roll back to 1\.42\.0 \(:42\) +it ran 6 days; shows the plan, then asks/);
    expect(screen).not.toMatch(/Resume|Undo/);
    pane.type("d");
    expect(await pane.until("d summary")).toMatch(/Deployed +vulcan-prod:43 {2}PRIMARY/);
    pane.type("d");
    await pane.until(/d details · q quit\s*$/);
    pane.type("q");
    await pane.until("EXIT=0");
    for (const [key, code] of [
      ["C-d", 0],
      ["C-c", 130],
    ] as const) {
      const again = open("");
      await again.until("q quit");
      again.type(key);
      expect(await again.until(`EXIT=${code}`)).not.toContain("FAIL");
    }
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("--choose lists the revisions with what speaks for and against each, and returns to the one chosen", async () => {
    const pane = open("rollback --choose");
    const list = await pane.until("Return to which revision?");
    expect(list).toMatch(/42 +proven good: ran/);
    expect(list).toMatch(/40 +its deployment of .* failed/);
    pane.type("Down", "Down", "Enter");
    await pane.until("Type 41 to roll back");
    pane.type("q", "Enter");
    await pane.until("EXIT=3");
    const left = open("rollback --choose");
    await left.until("Return to which revision?");
    left.type("C-d");
    await left.until("EXIT=3");
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  const LOOKS: readonly (readonly [string, { columns?: number; env?: Record<string, string> }])[] = [
    ["40 columns", { columns: 40 }],
    ["120 columns", { columns: 120 }],
    ["NO_COLOR", { env: { NO_COLOR: "1" } }],
    ["TERM=dumb", { env: { TERM: "dumb" } }],
  ];
  it.each(sample(LOOKS, 2, ([name]) => /40|dumb/.test(name)))("works with %s", async (_name, options) => {
    const pane = open("rollback", options);
    await pane.until(ASKED);
    pane.type("42", "Enter");
    const screen = await pane.until("EXIT=0");
    expect(screen).toContain("healthy on");
  });
});
