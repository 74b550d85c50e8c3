import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isLoud, openProvingGround, type ProvingGround } from "./proving-ground.ts";

/** Statements with a verdict, as they were labelled before there was a rule. */
const CASES = readFileSync(join(import.meta.dirname, "../cases/migration-statements.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [id = "", verdict = "", subject = "", sql = ""] = line.split("\t");
    return { id, verdict, subject, sql };
  });

let ground: ProvingGround;
beforeAll(async () => {
  ground = await openProvingGround();
});
afterAll(() => ground.close());

it("flags every unsafe statement, and of the safe ones only what fails in the runner's transaction", async () => {
  const flagged = new Map<string, readonly string[]>();
  for (const { id, sql } of CASES) flagged.set(id, (await ground.rulesOf(sql)).filter(isLoud));
  const of = (verdict: string) => CASES.filter((one) => one.verdict === verdict).map(({ id }) => id);
  expect(of("unsafe")).toHaveLength(42);
  expect(of("unsafe").filter((id) => flagged.get(id)?.length === 0)).toEqual([]);
  expect(of("safe")).toHaveLength(20);
  const alarms = of("safe").filter((id) => flagged.get(id)?.length !== 0);
  expect(alarms.map((id) => [id, flagged.get(id)])).toEqual([["S20", ["concurrently-in-transaction"]]]);
});
