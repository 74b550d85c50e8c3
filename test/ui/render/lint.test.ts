import { describe, expect, it } from "vitest";
import { type InspectionFinding, worstSeverity } from "../../../src/domain/inspection.ts";
import { type LintReport, lintExitCode, lintFindings } from "../../../src/domain/lint.ts";
import { LINT_RULES, type LintRuleId } from "../../../src/proof/rules/index.ts";
import { annotationsOf } from "../../../src/ui/ci/github-actions.ts";
import { junitOf, suitesOfLint } from "../../../src/ui/ci/junit.ts";
import { sarifOf } from "../../../src/ui/ci/sarif.ts";
import { renderLint } from "../../../src/ui/render/lint.ts";
import { problemsOf } from "../junit-schema.ts";

const finding = (rule: LintRuleId, line: number, message: string): InspectionFinding => {
  const { name, severity, fix } = LINT_RULES[rule];
  return { rule, name, severity, message, hint: fix, file: "internal/storage/postgres/migrations.go", line };
};

const BACKFILL = finding("VOPS329", 41, "works on every row of assets, locked by an earlier statement");
const NOTE = finding("VOPS337", 40, "waits for assets without a limit");
const HOLE = finding("VOPS370", 60, "7 is missing before 8");
const UNREAD = finding("VOPS301", 66, "Getenv reads what is only known when it runs");
const INDEX = finding("VOPS320", 50, "idx: writes to jobs wait for its build");

const migration = (version: number, description: string, findings: readonly InspectionFinding[], complete = true) => ({
  ...{ version, description, file: "internal/storage/postgres/migrations.go", line: version * 10 },
  ...{ seconds: 0.012, complete, findings, waived: [] },
});

const REPORT: LintReport = {
  schemaVersion: 1,
  server: "16.14",
  source: "internal/storage/postgres/migrations.go",
  findings: [HOLE],
  migrations: [
    migration(3, "Add asset_edges table", []),
    migration(4, "Add assets.criticality column, and fill it", [BACKFILL, { ...BACKFILL, line: 43 }, NOTE]),
    { ...migration(5, "Add jobs index", []), waived: [{ ...INDEX, reason: "jobs has 40 rows" }] },
    migration(6, "Add licences.seats column", [NOTE]),
    migration(8, "Read from outside", [UNREAD], false),
  ],
};

const display = (columns: number, more = {}) => ({ columns, colour: false, unicode: true, live: false, ...more });

describe("a report of lint", () => {
  it.each([40, 80, 120])("on a screen of %i columns", async (columns) => {
    await expect(`${renderLint(REPORT, 11, display(columns))}\n`).toMatchFileSnapshot(
      `../../golden/ui/lint-${columns}.txt`,
    );
  });

  it("begins with the target, if one was named, and how long each may take there", async () => {
    const [, , , , ninth] = REPORT.migrations;
    const predicted = {
      known: true as const,
      value: { least: 200, most: 1000, tables: [{ table: "assets", rows: 41_000_000 }], microsecondsPerRow: 4.9 },
    };
    const late = finding(
      "VOPS339",
      80,
      "3 min to 17 min on 41,000,000 rows of assets; the container's health check stops a task after 150 s (60 s + 3 × 30 s)",
    );
    const broken = finding("VOPS356", 80, 'query -4718093, called 12,403 times: 42703 column "seats" does not exist');
    const live: LintReport = {
      ...REPORT,
      findings: [
        finding("VOPS315", 1, "vulcan-prod has 17.6, and this was run on 16: not tried on 17"),
        finding("VOPS314", 1, "the rows of its tables: not known, because vulcan-prod did not answer within 2 s"),
      ].map(({ file, line, ...one }) => one),
      live: {
        ...{ target: "vulcan-prod", place: "ops@db:5432/vulcan", server: "17.6", newest: 7 },
        limit: {
          known: true,
          value: {
            seconds: 150,
            text: "the container's health check stops a task after 150 s (60 s + 3 × 30 s)",
          },
        },
        queries: { known: true, value: { judged: 38, unjudged: 2 } },
      },
      migrations: [{ ...(ninth ?? migration(8, "x", [])), findings: [late, broken], complete: true, predicted }],
    };
    await expect(`${renderLint(live, 11, display(80))}\n`).toMatchFileSnapshot("../../golden/ui/lint-target-80.txt");
    const idle = { ...live, findings: [], migrations: [] };
    expect([renderLint(idle, 0, display(120)), lintExitCode(idle, true)]).toEqual([
      expect.stringContaining("migration 7 is applied; nothing here is pending"),
      0,
    ]);
    expect(annotationsOf(lintFindings(live), "").join("\n")).toContain("::warning title=VOPS314::the rows");
    expect(problemsOf(junitOf(suitesOfLint(live), 0, "host"))).toEqual([]);
    expect(sarifOf(live, { version: "1", rules: LINT_RULES })).toContain('"ruleId": "VOPS315"');
  });

  it("folds its notes, and shows them with --verbose", () => {
    expect(renderLint(REPORT, 11, display(80))).not.toContain("no-lock-timeout");
    expect(renderLint(REPORT, 11, display(80, { verbose: true }))).toContain("NOTE      VOPS337 no-lock-timeout");
  });

  it("ends with 11 for an error, 12 for what was not judged, and for warnings only with --strict", () => {
    const only = (at: number): LintReport => ({
      ...REPORT,
      findings: [],
      migrations: REPORT.migrations.slice(at, at + 1),
    });
    expect([0, 1, 2, 3, 4].map((at) => lintExitCode(only(at), false))).toEqual([0, 11, 0, 0, 12]);
    const warned = { ...only(0), findings: [HOLE] };
    expect([lintExitCode(warned, false), lintExitCode(warned, true), lintExitCode(only(3), true)]).toEqual([0, 11, 0]);
    expect(lintExitCode({ ...only(0), findings: [UNREAD] }, false)).toBe(12);
  });

  it("as JUnit that its schema takes: a testcase each, errors as failures, what was not judged as skipped", () => {
    const xml = junitOf(suitesOfLint(REPORT), Date.parse("2026-04-10T03:41:07Z"), "host");
    expect(problemsOf(xml)).toEqual([]);
    expect(xml).toContain('tests="6" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('<failure message="works on every row of assets');
  });

  it("as annotations, the most severe first", () => {
    const lines = annotationsOf(lintFindings(REPORT), "");
    expect(lines.map((line) => /^::(\w+) .*title=(\w+)/.exec(line)?.slice(1).join(" "))).toEqual([
      ...["error VOPS329", "error VOPS329", "warning VOPS370", "warning VOPS301", "notice VOPS337", "notice VOPS337"],
    ]);
    expect(worstSeverity(lintFindings(REPORT))).toBe("error");
  });

  it("as SARIF: each result names its rule and its place, and what is waived is suppressed with its reason", () => {
    const tool = { version: "1.2.3", rules: LINT_RULES };
    const { version, runs } = JSON.parse(sarifOf({ ...REPORT, findings: [{ ...HOLE, file: "/a b/ü.go" }] }, tool));
    const [run] = runs;
    expect([version, runs.length, run.tool.driver.version]).toEqual(["2.1.0", 1, "1.2.3"]);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(run.results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "internal/storage/postgres/migrations.go" },
      region: { startLine: 41 },
    });
    const hole = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === "VOPS370");
    expect(hole.locations[0].physicalLocation.artifactLocation.uri).toBe("file:///a%20b/%C3%BC.go");
    expect(run.results.at(-1)).toMatchObject({
      ruleId: "VOPS320",
      suppressions: [{ kind: "inSource", justification: "jobs has 40 rows" }],
    });
  });
});
