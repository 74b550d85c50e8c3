import { expect, it } from "vitest";
import { holeFindings, readPendingKnown, skippedText } from "../../../src/actions/upgrade/pending.ts";
import type { ActionReadContext } from "../../../src/domain/services.ts";

const told = (...versions: readonly number[]) => ({
  applied: versions.map((version) => ({ version, description: "" })),
  answeredBy: "sql" as const,
});

/** What is known of a new image whose source has these versions. */
function known(applied: ReturnType<typeof told>, ...source: readonly number[]) {
  const descriptions = new Map(source.map((version) => [version, `Add t${version} table`]));
  const context = { services: { schema: { downs: async () => ({ descriptions }) } }, target: {} };
  const of = { service: { balancers: [] }, told: applied };
  return readPendingKnown(
    { image: "r/vulcan:2.0.0", watch: 900 },
    "vulcan-prod:42",
    of as unknown as Parameters<typeof readPendingKnown>[2],
    context as unknown as ActionReadContext,
  );
}

it.each<[string, readonly number[], readonly number[], string | undefined]>([
  ["nothing", [1, 2, 3], [1, 2, 3, 4], undefined],
  ["what was skipped on the server", [1, 3], [1, 2, 3, 4], "2"],
  ["what the source leaves out ahead", [1, 2, 3], [3, 6, 8], "4 to 5, 7"],
])("a migration that is skipped: %s", async (_, applied, source, skipped) => {
  const list = told(...applied);
  const pending = await known(list, ...source);
  expect(skippedText(list, pending)).toBe(skipped);
  const level = skipped === undefined ? "ok" : "block";
  expect(holeFindings(list, pending, false)).toMatchObject([{ level }]);
  expect(holeFindings(list, pending, true)[0]?.level).not.toBe("block");
});
