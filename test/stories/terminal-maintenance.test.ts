import { ECSClient, TagResourceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { has, MAIN } from "../support/process.ts";
import { openRig, type Rig, runningRevisions } from "../support/sandbox-harness.ts";
import { scalingSettings, writes } from "../support/stories/maintenance.ts";
import { questionOf, startTerminals, type Terminals } from "../ui/tmux.ts";

let rig: Rig;
let terminals: Terminals;

describe.skipIf(!has("tmux"))("a maintenance window at a real terminal", () => {
  beforeAll(async () => {
    rig = await openRig("major-release", 100);
    // A pipeline says so of the image.
    const resourceArn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:43";
    const tags = [{ key: "vulcan.migrations", value: "8" }];
    await new ECSClient({}).send(new TagResourceCommand({ resourceArn, tags }));
    terminals = startTerminals();
  });
  afterAll(async () => {
    terminals.close();
    await rig.close();
  });

  it("asks at each step; a no brings size and scaling back by itself", async () => {
    const env = { ...rig.sandbox.env, XDG_STATE_HOME: rig.stateDir, XDG_CONFIG_HOME: rig.stateDir, AWS_PROFILE: "" };
    const command = `sh -c 'trap : INT; "${process.execPath}" "${MAIN}" maintenance --watch 15m; echo EXIT=$?'`;
    const before = await scalingSettings();
    const pane = terminals.open(command, { env, columns: 110 });
    await pane.until(/Step 8\/25: record a baseline [\s\S]*y now, any other key holds/);
    pane.type("y");
    for (const step of [9, 10]) {
      await pane.until(questionOf(step, 25));
      pane.type("y", "Enter");
    }
    const asked = await pane.until(questionOf(12, 25, "cancel:"));
    expect(asked).toMatch(
      /NO UNDO +for the schema: migrations 7 and 8 stay[\s\S]*Type migrate to 8 to migrate vulcan-prod to 8/,
    );
    expect(rig.sandbox.state().services[0]?.desired).toBe(1);
    pane.type("q", "Enter");
    const screen = await pane.until(/EXIT=\d+/);
    expect(screen).toContain("EXIT=1");
    expect(screen.replace(/\s+/g, " ")).toContain(
      "Cancelled at step 12/25 (migrate): all put back. Next: run it again",
    );
    expect(screen.replace(/\s+/g, " ")).toContain(
      "Result put back: Suspend auto scaling, Scale down to 1 task; nothing else is in effect",
    );
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:42", "vulcan-prod:42", "vulcan-prod:42"]);
    expect(await scalingSettings()).toBe(before);
    expect(writes(rig)).toEqual([
      "TagResource",
      "RegisterScalableTarget",
      "UpdateService 1",
      "UpdateService 3",
      "RegisterScalableTarget",
    ]);
  });
});
