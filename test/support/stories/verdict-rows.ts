import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/**
 * The rows are those of the golden: all of them, or, where a sample of the worlds was played, each of those that were.
 * `all`: how many worlds there are.
 */
export async function expectRows(rows: readonly string[], all: number, golden: string): Promise<void> {
  if (rows.length === all) return expect(`${rows.join("\n")}\n`).toMatchFileSnapshot(`../golden/${golden}`);
  const known = readFileSync(join(import.meta.dirname, "../../golden", golden), "utf8").split("\n");
  expect(rows.filter((row) => !known.includes(row))).toEqual([]);
  expect(rows.length).toBeGreaterThan(3);
}
