import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readMigrationsAt } from "../../src/proof/sources.ts";

it("reads the version of a file whose name has a line break, a command or a control character in it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-names-"));
  const names = ["0009_a\u001b[2J\u202e", "0010_line\nfeed", "0011_$(touch x) 'y'"];
  for (const name of names) writeFileSync(join(folder, `${name}.up.sql`), "SELECT 1;\n");
  const { list } = await readMigrationsAt(folder);
  rmSync(folder, { recursive: true });
  expect(list.map(({ version, description }) => [version, description])).toEqual([
    [9, "a\\u{1b}[2J\\u{202e}"],
    [10, "line\\u{a}feed"],
    [11, "$(touch x) 'y'"],
  ]);
});
