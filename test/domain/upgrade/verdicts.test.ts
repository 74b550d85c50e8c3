import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { UPGRADE_VERDICTS, verdictOf, withVerdict } from "../../../src/domain/upgrade/verdicts.ts";

const failure = (reason: string, ...evidence: readonly string[]) => ({ reason, text: "why", evidence, next: [] });

it("comes first in the text of a failure, with its phase where that is known", () => {
  const said = (reason: string, ...evidence: readonly string[]) => withVerdict(failure(reason, ...evidence)).text;
  expect(said("health-failing")).toBe("FAILED IN PHASE 5 (health check): why");
  expect(said("breaker-rollback")).toBe("ROLLED BACK BY ECS: why");
  expect(said("superseded")).toBe("SUPERSEDED: why");
  expect(said("still-draining")).toBe("STUCK IN PHASE 6 (drain): why");
});

it.each([
  ["breaker-rollback", "ROLLED BACK BY ECS"],
  ["alarm-rollback", "ROLLED BACK BY ECS"],
  ["rolled-back", "ROLLED BACK BY ECS"],
  ["superseded", "SUPERSEDED"],
  ["still-in-progress", "STUCK"],
  ["still-draining", "STUCK"],
  ["not-visible", "STUCK"],
  ["interrupted", "LEFT"],
  ["health-failing", "FAILED"],
])("of %s is %s", (reason, verdict) => {
  expect(verdictOf(reason)).toBe(verdict);
});

it("is described in the documentation by this table", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/upgrade.md"), "utf8");
  const rows = UPGRADE_VERDICTS.map(
    ({ verdict, exit, means, evidence, next, nextOfFollow }) =>
      `| ${verdict} | ${exit} | ${means} | ${evidence} | \`${next}\` | \`${nextOfFollow}\` |`,
  );
  expect(page).toContain(rows.join("\n"));
});
