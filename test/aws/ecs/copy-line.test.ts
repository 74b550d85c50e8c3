import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { describeToFile, type Edit } from "../../../src/domain/aws/copy-revision.ts";
import { has } from "../../support/process.ts";

const EDIT: Edit = { container: "c", member: "environment", name: "DB", from: "old", to: "new" };

/** What the line hands to jq, with what `aws` answers by its query. */
function copied(tags: readonly object[] | null): unknown {
  const [, filter = ""] = /\| jq '([^']*)' > copy\.json$/.exec(describeToFile("v:1", [EDIT])) ?? [];
  const environment = [{ name: "DB", value: "pg://pw-old@old:1/x" }];
  const answer = { family: "v", revision: 1, containerDefinitions: [{ name: "c", environment }], tags };
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

  it("replaces the last match alone, as the request does: an earlier one may be part of a password", () => {
    expect(copied([])).toMatchObject({ containerDefinitions: [{ environment: [{ value: "pg://pw-old@new:1/x" }] }] });
  });
});
