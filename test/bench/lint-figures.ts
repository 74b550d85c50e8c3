import { readFileSync } from "node:fs";
import { isLoud, openProvingGround } from "../proof/proving-ground.ts";

/** What lint says of each labelled statement. */
const rows = readFileSync("test/cases/migration-statements.tsv", "utf8").trimEnd().split("\n").slice(1);
const ground = await openProvingGround();
const cases = [];
for (const row of rows) {
  const [id = "", verdict = "", , sql = ""] = row.split("\t");
  cases.push({ id, verdict, sql, isFlagged: (await ground.rulesOf(sql)).some(isLoud) });
}
await ground.close();
console.log(JSON.stringify(cases));
