import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { copyOf } from "../../../src/aws/ecs/copy-task-definition.ts";
import { describeToFile, type Edit } from "../../../src/domain/aws/copy-revision.ts";
import { has } from "../../support/process.ts";

const EDIT: Edit = { container: "c", member: "environment", name: "DB", from: "old", to: "new" };

const ORIGINAL = {
  family: "v",
  revision: 1,
  containerDefinitions: [
    {
      name: "c",
      environment: [{ name: "DB", value: "pg://pw-old@old:1/x" }],
      dockerLabels: { "vulcan.migrations": "7", team: "a" },
    },
    { name: "side" },
  ],
};

/** What the line hands to jq, with what `aws` answers by its query. */
function copied(tags: readonly object[] | null, edits: readonly Edit[] = [EDIT]): unknown {
  const [, filter = ""] = /\| jq '([^']*)' > copy\.json$/.exec(describeToFile("v:1", edits)) ?? [];
  const answer = { ...ORIGINAL, tags };
  return JSON.parse(execFileSync("jq", [filter], { input: JSON.stringify(answer) }).toString());
}

describe.skipIf(!has("jq"))("the line that copies a revision by hand", () => {
  it("takes its tags along, without AWS's own and the mark of another attempt", () => {
    const own = { key: "vulcan.migrations", value: "8" };
    const others = [
      { key: "aws:cloudformation:stack-id", value: "x" },
      { key: "vulcan-ops:execution", value: "k" },
    ];
    expect(copied([own, ...others])).toMatchObject({ family: "v", tags: [own] });
    expect(copied(null)).toMatchObject({ tags: [] });
  });

  it("drops what the request drops: how many migrations another image has", () => {
    const name = "vulcan.migrations";
    const tags = [
      { key: name, value: "7" },
      { key: "release", value: "1" },
    ];
    const edits: readonly Edit[] = [
      { container: "c", member: "dockerLabels", name },
      { member: "tags", name },
    ];
    const request = copyOf(ORIGINAL, tags, { copyOf: "v:1", edits });
    expect(copied(tags, edits)).toEqual(request);
    expect(request).toMatchObject({
      tags: [{ key: "release" }],
      containerDefinitions: [{ dockerLabels: { team: "a" } }, { name: "side" }],
    });
    expect(copied([], edits)).toMatchObject({ tags: [] });
  });

  it("replaces the last match alone, as the request does: an earlier one may be part of a password", () => {
    expect(copied([])).toMatchObject({
      containerDefinitions: [{ environment: [{ value: "pg://pw-old@new:1/x" }] }, {}],
    });
  });
});
