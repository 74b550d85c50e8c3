import { describe, expect, it } from "vitest";
import { type Inspection, type InspectionFinding, inspectionFindings } from "../../../src/domain/inspection.ts";
import { annotationsOf, summaryOf, withoutCommands } from "../../../src/ui/ci/github-actions.ts";
import { junitOf, suitesOfInspection } from "../../../src/ui/ci/junit.ts";
import { renderInspection } from "../../../src/ui/render/inspection.ts";
import { problemsOf } from "../junit-schema.ts";

const wrong: InspectionFinding = {
  rule: "VOPS041",
  severity: "error",
  message: "120 s are too short: a new task starts in 60 s, an old one is drained for 300 s",
  hint: "at least 360",
  file: "runbooks/rollback-service.yaml",
  line: 113,
  column: 21,
};
const drifted: InspectionFinding = {
  rule: "VOPS205",
  severity: "warning",
  message: "Drain: vulcan-prod: an old task finishes its requests for 0 s",
};
const text = (name: string, remarks: readonly InspectionFinding[]) => ({ depth: "offline", name, remarks }) as const;

const inspection: Inspection = {
  schemaVersion: 1,
  depths: ["offline", "sandbox", "read"],
  runbooks: [
    { id: "rollback-service", source: "runbooks/rollback-service.yaml", steps: 6, cases: [text("drained", [wrong])] },
    {
      id: "restore-database",
      source: "restore-database",
      steps: 6,
      writes: 2,
      undoable: 1,
      cases: [
        text("find", []),
        { depth: "sandbox", name: "healthy: without trouble", seconds: 1.94, remarks: [] },
        { depth: "read", name: "plan", remarks: [], skipped: "restore to when?" },
      ],
    },
  ],
  target: { name: "vulcan-prod", cases: [{ depth: "read", name: "Drain", remarks: [drifted] }] },
};

const display = (columns: number) => ({ columns, colour: false, unicode: true, live: false });

describe("what a look at runbooks found", () => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    const shown = `${renderInspection(inspection, 6, display(columns))}\n`;
    await expect(shown).toMatchFileSnapshot(`../../golden/ui/inspection-${columns}.txt`);
  });

  it("as the summary of a step, cut where GitHub would refuse it", async () => {
    await expect(summaryOf(inspection, 6)).toMatchFileSnapshot("../../golden/ui/inspection-summary.md");
    const [runbook] = inspection.runbooks;
    const cases = [
      text(
        "x",
        Array.from({ length: 4000 }, () => ({ ...wrong, message: "m".repeat(400) })),
      ),
    ];
    const long = summaryOf({ ...inspection, runbooks: runbook === undefined ? [] : [{ ...runbook, cases }] }, 6);
    expect(Buffer.byteLength(long)).toBeLessThan(1024 * 1024);
    expect(long).toMatch(/… and \d+ more lines/);
  });

  it("as JUnit that its schema takes", async () => {
    const xml = junitOf(suitesOfInspection(inspection), Date.parse("2026-04-10T03:41:07Z"), "host");
    await expect(xml).toMatchFileSnapshot("../../golden/ui/inspection.xml");
    expect(problemsOf(xml)).toEqual([]);
  });

  it("as annotations: of each kind ten, errors first, paths below the workspace", () => {
    const many = Array.from({ length: 12 }, () => ({ ...wrong, file: "/home/ci/repo/runbooks/a,b:c.yaml" }));
    const [runbook] = inspection.runbooks;
    const all = { ...inspection, runbooks: runbook === undefined ? [] : [{ ...runbook, cases: [text("x", many)] }] };
    const lines = annotationsOf(inspectionFindings(all), "/home/ci/repo");
    expect(lines).toHaveLength(11);
    expect(lines[0]).toMatch(/^::error file=runbooks\/a%2Cb%3Ac\.yaml,line=113,col=21,title=VOPS041::120 s are/);
    expect(lines[10]).toMatch(/^::warning title=VOPS205::Drain: /);
  });
});

describe("what a runner would obey", () => {
  it.each([
    ["::error::x", "\\u003a:error::x"],
    ["  \t::add-mask::x", "  \t\\u003a:add-mask::x"],
    ["a\r::x", "a\r\\u003a:x"],
    ["a\n\n ::x", "a\n\n \\u003a:x"],
    ["a ##[add-mask]x ##[x", "a \\u0023#[add-mask]x \\u0023#[x"],
    ["a ::x", "a ::x"],
  ])("%j is written %j", (given, written) => expect(withoutCommands(given)).toBe(written));

  it("is the same to a reader of JSON", () => {
    const value = { a: "::error::x\n##[add-mask]y" };
    expect(JSON.parse(withoutCommands(JSON.stringify(value, null, 2)))).toEqual(value);
  });
});
