import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { has, MAIN } from "../support/process.ts";
import { mutations, openRig, type Rig, runningRevisions } from "../support/sandbox-harness.ts";
import { BRISK } from "../support/stories/cutover.ts";
import { names } from "../support/stories/restore.ts";
import { questionOf, startTerminals, type Terminals } from "../ui/tmux.ts";

let rig: Rig;
let terminals: Terminals;

describe.skipIf(!has("tmux"))("restore at a real terminal", () => {
  beforeAll(async () => {
    rig = await openRig("healthy", 100, { timings: BRISK });
    terminals = startTerminals();
  });
  afterAll(async () => {
    terminals.close();
    await rig.close();
  });

  it("asks what shall happen, then at each step, and ends on the restored database under the old name", {
    tags: ["variant"],
    timeout: 90_000,
  }, async () => {
    const env = { ...rig.sandbox.env, XDG_STATE_HOME: rig.stateDir, XDG_CONFIG_HOME: rig.stateDir, AWS_PROFILE: "" };
    const command = `sh -c 'trap : INT; "${process.execPath}" "${MAIN}" restore --latest --as vulcan-prod-then; echo EXIT=$?'`;
    const pane = terminals.open(command, { env, columns: 110 });
    await pane.until(/What shall happen once the restored database is there\?/);
    pane.type("Down", "Down", "Enter");
    const COUNTDOWN = "y now, any other key holds";
    const QUESTIONS: readonly (readonly [step: number, prompt: string | undefined, ...keys: string[]])[] = [
      [4, undefined, "y", "Enter"],
      [5, COUNTDOWN, "y"],
      [11, undefined, "y", "Enter"],
      [13, "Type vulcan-prod.*, q to cancel:", "vulcan-prod", "Enter"],
      [14, undefined, "y", "Enter"],
      [15, "Type vulcan-prod.*, q to cancel:", "vulcan-prod", "Enter"],
    ];
    expect(mutations(rig.sandbox)).toEqual([]);
    for (const [step, prompt, ...keys] of QUESTIONS) {
      await pane.until(questionOf(step, 20, prompt));
      pane.type(...keys);
    }
    const screen = (await pane.until(/EXIT=\d+/)).replace(/\s+/g, " ");
    expect(screen).toContain("EXIT=0");
    expect(screen).toContain("Next: vulcan-ops watch --for 30m");
    expect((await names())[0]).toBe("vulcan-prod");
    expect(runningRevisions(rig.sandbox)).toHaveLength(3);
  });
});
