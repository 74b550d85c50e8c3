import { expect, it } from "vitest";
import { windowFacts } from "../../../src/actions/maintenance/window-facts.ts";
import type { MigrationsRead } from "../../../src/domain/migrations/reads.ts";

const told = { applied: [{ version: 7, description: "" }] } as unknown as MigrationsRead;
const window = { opens: "2026-04-10T00:00:00Z", closes: "2026-04-10T02:00:00Z" } as Parameters<
  typeof windowFacts
>[0]["window"];

const migrates = (migrations: Parameters<typeof windowFacts>[0]["migrations"]) =>
  windowFacts({ window, migrations, expect: undefined, watch: 0, now: 0 }).find(({ label }) => label === "Migrates")
    ?.text;

it.each<[string, Parameters<typeof windowFacts>[0]["migrations"]]>([
  ["8, 9; the schema is at 7", { told, newest: 9 }],
  ["8 to 999999999; the schema is at 7", { told, newest: 999_999_999 }],
  ["nothing: the schema is at 7", { told, newest: 7 }],
  [
    "pending ones are not known: no label vulcan.migrations on the revision; the schema is at 7",
    { told, newest: undefined },
  ],
  // The label of the revision to copy says nothing of the new image.
  ["pending ones are not known of an image alone; the schema is at 7", { told, newest: 7, image: "vulcan:2.0.0" }],
  [
    "8 by the source; the schema is at 7; not proven: x",
    { told, newest: undefined, source: 8, proof: "not proven: x" },
  ],
  ["8; the schema is at 7; not proven: x", { told, newest: 8, proof: "not proven: x" }],
])("%s", (text, migrations) => {
  expect(migrates(migrations)).toBe(text);
});
