import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ProvenMigration } from "../../src/domain/migrations/proof.ts";
import { DEFAULT_MAJOR } from "../../src/postgres/majors.ts";
import type { Body, Migration } from "../../src/proof/migration.ts";
import { proveList } from "../../src/proof/prove.ts";
import { sample } from "../support/sample.ts";

/** Each Up with a Down that forgets it, and where there is one with the Down that undoes it. `@`: a name of its own. */
const PLANTED = readFileSync(join(import.meta.dirname, "../cases/planted-asymmetries.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [subject = "", setup = "", up = "", wrong = "", right = "", seen = ""] = line.split("\t");
    return { subject, setup, up, wrong, right, seen };
  });

const CASES = sample(PLANTED, 13);

const body = (sql: string): Body => ({
  texts: [{ sql, path: "x.sql", line: 1, isExact: true, hasValues: false }],
  unknown: [],
  isMissing: false,
});

const migration = (version: number, description: string, up: string, down: string): Migration => {
  return { version, description, path: "x.sql", line: 1, up: body(up), down: body(down) };
};

it("sees every planted asymmetry, and proves each Down that is the way back", async () => {
  const named = (text: string, name: string): string => text.replaceAll("@", name);
  const setups = CASES.flatMap(({ setup }, at) => [`w${at}`, `r${at}`].map((name) => named(setup, name)));
  // The right ones first: what a wrong one leaves, as an extension, has one name.
  const right = CASES.flatMap(({ subject, up, right: down }, at) =>
    down === "" ? [] : [migration(at + 2, subject, named(up, `r${at}`), named(down, `r${at}`))],
  );
  const wrong = CASES.map(({ subject, up, wrong: down }, at) =>
    migration(at + 102, subject, named(up, `w${at}`).replace("hstore", "citext"), named(down, `w${at}`)),
  );
  const list = [migration(1, "tables", setups.filter(Boolean).join("; "), "SELECT 1"), ...right, ...wrong];
  const { migrations } = await proveList(
    { list, unread: [] },
    { path: "x.sql", major: DEFAULT_MAJOR, from: 2, limitMs: 60_000, stop: new AbortController().signal },
  );
  const told = ({ description, verdict, why, evidence }: ProvenMigration) => [description, verdict, why, ...evidence];
  const [rights, wrongs] = [migrations.slice(0, right.length), migrations.slice(right.length)];
  expect(rights.filter(({ verdict }) => verdict !== "PROVEN").map(told)).toEqual([]);
  const missed = wrongs.filter(({ verdict, evidence }, at) => {
    const seen = named(CASES[at]?.seen ?? "", `w${at}`).replace("hstore", "citext");
    return verdict !== "NOT INVERSE" || !evidence.some((line) => line.includes(seen));
  });
  expect(missed.map(told)).toEqual([]);
  expect([PLANTED.length, wrongs.length]).toEqual([26, CASES.length]);
});
