import { describe, expect, it } from "vitest";
import { registry } from "../../src/actions/index.ts";
import { GRANTS } from "../../src/domain/aws/iam-grants.ts";
import { describeAction } from "../../src/runbook/describe-action.ts";
import { explainAction } from "../../src/runbook/explain-action.ts";
import { loadRunbook } from "../../src/runbook/load.ts";

const actions = Object.values(registry);

describe("the reference of actions", () => {
  it("names the requests of every action that changes something, and none of one that reads", () => {
    const isOdd = ({ risk, requests = [] }: (typeof actions)[number]) => (risk === "read") !== (requests.length === 0);
    expect(actions.filter(isOdd).map(({ name }) => name)).toEqual([]);
  });

  it("names statements that the policy has, for every request that goes to AWS", () => {
    const sids = new Set(GRANTS.map(({ sid }) => sid));
    const described = actions.map((action) => describeAction(action));
    expect(described.flatMap(({ statements }) => statements).filter((sid) => !sids.has(sid))).toEqual([]);
    const without = described.filter(({ requests, statements }) => requests.length > 0 && statements.length === 0);
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it.each(actions.map((action) => [action.name, action] as const))(
    "%s: its least example is a step that the checker takes",
    (_name, action) => {
      const { example } = describeAction(action);
      const needed = Object.entries(action.inputs).filter(([, { required }]) => required !== false);
      const inputs = needed.map(([name, { required: _required, ...field }]) => `  ${name}: ${JSON.stringify(field)}`);
      const text = [
        'schemaVersion: "1"',
        "id: example",
        "title: Example",
        "description: An example.",
        ...(inputs.length === 0 ? [] : ["inputs:", ...inputs]),
        "steps:",
        ...example.split("\n").map((line) => `  ${line}`),
      ].join("\n");
      const loaded = loadRunbook(`${text}\n`, "example.yaml", registry);
      expect("problems" in loaded ? loaded.problems : []).toEqual([]);
    },
  );

  it("tells inputs, outputs, requests, permissions, undo and the least time limit", () => {
    const { "ecs.waitForRollout": wait, "vulcan.migrateDown": down } = registry;
    if (wait === undefined || down === undefined) throw new Error("an action is gone");
    expect(explainAction(describeAction(wait))).toContain(
      "- Time limit at least 6 min with `until: drained`: a new task starts in 60 s, an old one is drained for 300 s.",
    );
    const page = explainAction(describeAction(down));
    expect(page).toContain("- Sends at most one of: `container:ExecuteCommand`.");
    expect(page).toContain("- Permissions: `Exec`, `Sessions` of `vulcan-ops iam`.");
    expect(page).toContain("- It has no undo: the step must say `irreversible: why`.");
  });
});
