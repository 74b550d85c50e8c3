import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { has, MAIN } from "../support/process.ts";
import { mutations, openRig, type Rig, runningRevisions } from "../support/sandbox-harness.ts";
import { questionOf, startTerminals, type Terminals } from "../ui/tmux.ts";

let rig: Rig;
let terminals: Terminals;

describe.skipIf(!has("tmux"))("migrate down at a real terminal", () => {
  beforeAll(async () => {
    rig = await openRig("bad-but-healthy", 100);
    terminals = startTerminals();
  });
  afterAll(async () => {
    terminals.close();
    await rig.close();
  });

  it("asks at each step, shows what Vulcan prints, and ends with the image that fits and the size that was", {
    tags: ["variant"],
  }, async () => {
    const env = { ...rig.sandbox.env, XDG_STATE_HOME: rig.stateDir, XDG_CONFIG_HOME: rig.stateDir, AWS_PROFILE: "" };
    const command = `sh -c 'trap : INT; "${process.execPath}" "${MAIN}" migrate down 2; echo EXIT=$?'`;
    const pane = terminals.open(command, { env, columns: 110 });
    const COUNTDOWN = "y now, any other key holds";
    const QUESTIONS: readonly (readonly [step: number, prompt: string | undefined, ...keys: string[]])[] = [
      [9, undefined, "y", "Enter"],
      [10, undefined, "y", "Enter"],
      [
        11,
        "NO UNDO[\\s\\S]*Type drop licences\\.seats to migrate down the database to 6, q to cancel:",
        "drop licences.seats",
        "Enter",
      ],
      [12, COUNTDOWN, "y"],
      [13, COUNTDOWN, "y"],
    ];
    expect(mutations(rig.sandbox)).toEqual([]);
    for (const [step, prompt, ...keys] of QUESTIONS) {
      await pane.until(questionOf(step, 18, prompt));
      pane.type(...keys);
    }
    const screen = await pane.until(/EXIT=\d+/);
    expect(screen).toContain("EXIT=0");
    expect(screen.replace(/\s+/g, " ")).toMatch(/migration 6 is the newest, 2 rolled back \(read by /);
    expect(runningRevisions(rig.sandbox).filter((name) => name === "vulcan-prod:41")).toHaveLength(3);
  });
});
