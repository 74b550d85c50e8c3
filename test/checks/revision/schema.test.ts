import { describe, expect, it } from "vitest";
import { labelOf, type SchemaEvidence, servedUntil } from "../../../src/checks/revision/migrations-since.ts";
import { judgeSchema } from "../../../src/checks/revision/schema.ts";
import { expandsOnly } from "../../../src/checks/revision/schema-compatibility.ts";
import { containerOf, definitionOf, rowsOf } from "../../actions/support.ts";

describe("a migration, judged by its description", () => {
  it.each([
    ["Add documents.checksum column", "compatible"],
    ["Add relay_tokens table", "compatible"],
    ["Create audit_log tenant index", "compatible"],
    ["Add change_log table", "compatible"],
    ["Drop reviews.note", "breaking"],
    ["Remove legacy_tokens table", "breaking"],
    ["Rename findings.owner column to assignee", "breaking"],
    ["Change type of licences.seats", "breaking"],
    ["Add seats column and drop plan column", "breaking"],
    ["Delete orphaned relay tokens", "breaking"],
    ["Add unique index on users.email", "unknown"],
    ["Add NOT NULL column tenant_id", "unknown"],
    ["Backfill findings.assignee", "unknown"],
    ["", "unknown"],
  ])("%j: %s", (description, expected) => {
    expect(expandsOnly(description)).toBe(expected);
  });
});

describe("how long the wanted revision served", () => {
  it.each<[string, string[], string | undefined]>([
    ["until the next one came", ["43 SUCCESSFUL 2", "42 SUCCESSFUL 9"], "2026-04-10T10:00:00.000Z"],
    ["until one that is still coming", ["43 IN_PROGRESS 1", "42 SUCCESSFUL 9"], "2026-04-10T11:00:00.000Z"],
    [
      "not only until an attempt that ECS took back",
      ["44 SUCCESSFUL 2", "43 ROLLBACK_SUCCESSFUL 5", "42 SUCCESSFUL 9"],
      "2026-04-10T10:00:00.000Z",
    ],
    [
      "its latest run counts",
      ["43 SUCCESSFUL 1", "42 SUCCESSFUL 2", "43 SUCCESSFUL 5", "42 SUCCESSFUL 9"],
      "2026-04-10T11:00:00.000Z",
    ],
    ["it never served", ["43 SUCCESSFUL 2"], undefined],
  ])("%s", (_name, rows, expected) => {
    expect(servedUntil(rowsOf(...rows), "vulcan-prod:42")).toBe(expected);
  });
});

describe("a label that tells which migrations an image knows", () => {
  it("stands on a container or is a tag of the definition, and has to be a number", () => {
    const labelled = (value: string) =>
      definitionOf(42, { containers: [containerOf(42, { labels: { "vulcan.migrations": value } })] });
    expect(labelOf(labelled("7"))).toBe(7);
    expect(labelOf({ ...definitionOf(42), tags: { "vulcan.migrations": "8" } })).toBe(8);
    expect(labelOf(labelled("latest"))).toBeUndefined();
    expect(labelOf(undefined)).toBeUndefined();
  });

  it("is the application's, where a sidecar has another one, and none where it is not certain whose counts", () => {
    const sidecar = containerOf(42, { name: "envoy", labels: { "vulcan.migrations": "3" } });
    const application = containerOf(42, { labels: { "vulcan.migrations": "7" } });
    const both = definitionOf(42, { containers: [sidecar, application] });
    const balancers = [{ targetGroup: "arn", container: "vulcan", port: 8080 }];
    expect(labelOf(both, { balancers })).toBe(7);
    expect(labelOf(both, { balancers: [], named: "vulcan" })).toBe(7);
    expect(labelOf({ ...both, tags: { "vulcan.migrations": "8" } })).toBeUndefined();
  });
});

describe("the schema gate", () => {
  const row = (version: number, description: string, appliedAt: string) => ({ version, description, appliedAt });
  const list = (last = "Add documents.checksum column") => [
    row(7, "Add licences.seats column", "2026-04-01T00:00:00.000Z"),
    row(8, last, "2026-04-10T10:01:00.000Z"),
  ];
  const servedUntil = "2026-04-10T10:00:00.000Z";
  const judge = (evidence: SchemaEvidence) => judgeSchema({ wanted: definitionOf(42) }, evidence);
  const ORDER = "its tasks migrate again when they start";

  it.each<[string, SchemaEvidence, string, string[]]>([
    [
      "nothing new, by times",
      { applied: { list: list().slice(0, 1) }, servedUntil },
      "ok schema-same",
      ["inferred from when each was applied"],
    ],
    [
      "an addition, by times: said to be judged by description alone",
      { applied: { list: list() }, servedUntil },
      "ok schema-compatible",
      ["8 “Add documents.checksum column”", "judged by description alone", "admin API"],
    ],
    [
      "nothing new, by the label, which is better than times",
      { applied: { list: list() }, knows: 8, servedUntil },
      "ok schema-same",
      ["label vulcan.migrations=8"],
    ],
    [
      "one that breaks older code: with the right order",
      { applied: { list: list("Drop reviews.note column") }, knows: 7 },
      "warn schema-breaking",
      ["8 “Drop reviews.note column”", "vulcan-ops migrate down", ORDER],
    ],
    [
      "one that cannot be judged",
      { applied: { list: list("Backfill assignees") }, servedUntil },
      "warn schema-unknown",
      ["is unknown", ORDER],
    ],
    [
      "no label and no record",
      { applied: { list: list() } },
      "warn schema-unknown",
      ["nothing says which of them vulcan-prod:42 knows"],
    ],
    [
      "no list, but labels on both",
      { applied: { why: "no answer" }, knows: 6, currentKnows: 8 },
      "warn schema-unknown",
      ["migrations 7 to 8", "no answer"],
    ],
    [
      "no list, the same label on both",
      { applied: { why: "no answer" }, knows: 8, currentKnows: 8 },
      "ok schema-same",
      [],
    ],
    ["nothing to go by", { applied: { why: "adminUrl is not set" } }, "warn not-checked", ["adminUrl is not set"]],
  ])("%s", (_name, evidence, expected, texts) => {
    const { level, code, text } = judge(evidence);
    expect(`${level} ${code}`).toBe(expected);
    for (const part of texts) expect(text).toContain(part);
  });
});
