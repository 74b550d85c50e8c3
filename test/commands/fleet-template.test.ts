import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { vulcanOps } from "../support/sandbox-harness.ts";

const cwd = mkdtempSync(join(tmpdir(), "vulcan-ops-template-"));
afterAll(() => rmSync(cwd, { recursive: true }));

const golden = (name: string) => readFileSync(join(import.meta.dirname, `../golden/fleet/${name}.json`), "utf8");
/** No configuration, no credentials: it asks nothing. */
const template = (...words: string[]) => vulcanOps(["fleet", "template", ...words], { cwd });

it.each([
  [[], "template"],
  [["--part", "operations"], "template"],
  [["--part", "target"], "target-template"],
])("%j prints the template and nothing else", async (words, name) => {
  expect(await template(...words)).toEqual({ code: 0, stdout: golden(name), stderr: "" });
});

it("-o writes it, and replaces no file", async () => {
  const { code, stdout, stderr } = await template("-o", "fleet.json");
  expect([code, stdout, stderr]).toEqual([0, "", expect.stringContaining("Written: fleet.json")]);
  expect(readFileSync(join(cwd, "fleet.json"), "utf8")).toBe(golden("template"));
  const again = await template("-o", "fleet.json");
  expect([again.code, again.stderr]).toEqual([6, expect.stringContaining('"fleet.json" is there already')]);
  const nowhere = await template("-o", "no/such/fleet.json");
  expect([nowhere.code, nowhere.stderr]).toEqual([
    6,
    expect.stringContaining("cannot be written: its folder does not exist (ENOENT)"),
  ]);
});
