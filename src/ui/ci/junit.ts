import {
  type Case,
  filePosition,
  findingSentence,
  type Inspection,
  type InspectionFinding,
} from "../../domain/inspection.ts";
import type { LintReport } from "../../domain/lint.ts";

/** One suite per runbook and one for the target, one testcase per step, rehearsal or check. */
export const suitesOfInspection = ({ runbooks, target }: Inspection): readonly Suite[] => [
  ...runbooks.map(({ id, cases }) => ({ name: id, cases })),
  ...(target === undefined ? [] : [{ name: `target ${target.name}`, cases: target.cases }]),
];

/** One suite for the list, one testcase per migration. One that could not be judged is skipped, unless it fails. */
export function suitesOfLint({ source, findings, migrations }: LintReport): readonly Suite[] {
  const list = findings.length === 0 ? [] : [{ depth: "lint", name: "the list", remarks: findings }];
  const cases = migrations.map(({ version, description, seconds, complete, findings: remarks }) => ({
    depth: "lint",
    name: `${version} ${description}`.trim(),
    seconds,
    remarks,
    ...(!complete && { skipped: "not all of it could be read or run" }),
  }));
  return [{ name: source, cases: [...list, ...cases] }];
}

/**
 * Suites as JUnit XML. Errors are failures; warnings and notes are in the suite's output. It fits the schema of Jenkins;
 * `file` and `line`, which GitHub and GitLab show, are beyond that of Ant. `at` is epoch ms.
 */
export function junitOf(suites: readonly Suite[], at: number, host: string): string {
  const stamp = new Date(at).toISOString().slice(0, 19);
  const elements = suites.map((suite, id) =>
    suiteOf(suite, { id, package: "vulcan-ops", timestamp: stamp, hostname: host }),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${elements.join("")}</testsuites>\n`;
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly SuiteCase[];
}

/** `depth` is the end of its class name. */
type SuiteCase = Omit<Case, "depth"> & { readonly depth: string };

function suiteOf({ name, cases }: Suite, head: Readonly<Record<string, string | number>>): string {
  const counts = {
    tests: cases.length,
    failures: cases.filter((one) => failuresOf(one).length > 0).length,
    errors: 0,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
    time: seconds(cases.reduce((sum, one) => sum + (one.seconds ?? 0), 0)),
  };
  const output = cases.flatMap((one) => one.remarks.filter(({ severity }) => severity !== "error").map(lineOf));
  return [
    `  <testsuite${attributes({ name, ...head, ...counts })}>\n`,
    "    <properties/>\n",
    ...cases.map((one) => caseOf(one, name)),
    `    <system-out>${escaped(output.join("\n"))}</system-out>\n`,
    "    <system-err/>\n",
    "  </testsuite>\n",
  ].join("");
}

function caseOf(one: SuiteCase, suite: string): string {
  const failures = failuresOf(one);
  const [first] = failures;
  const { file, line } = first ?? one.remarks[0] ?? {};
  const place = { ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
  const base = { name: one.name, classname: `${suite}.${one.depth}`, time: seconds(one.seconds ?? 0) };
  const head = attributes({ ...base, ...place });
  if (first !== undefined) {
    const failure = attributes({ message: findingSentence(first), type: first.rule });
    return `    <testcase${head}><failure${failure}>${escaped(failures.map(lineOf).join("\n"))}</failure></testcase>\n`;
  }
  return one.skipped === undefined ? `    <testcase${head}/>\n` : `    <testcase${head}><skipped/></testcase>\n`;
}

const failuresOf = ({ remarks }: SuiteCase): readonly InspectionFinding[] =>
  remarks.filter(({ severity }) => severity === "error");

function lineOf(remark: InspectionFinding): string {
  return [remark.severity, remark.rule, filePosition(remark), findingSentence(remark)]
    .filter((part) => part !== "")
    .join(" ");
}

const seconds = (value: number): string => value.toFixed(3);

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Writes a character that XML cannot contain as its code point, and special characters as entities. */
function escaped(text: string): string {
  return text
    .replace(
      /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
      (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
    )
    .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? "");
}
