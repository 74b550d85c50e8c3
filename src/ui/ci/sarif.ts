import type { InspectionFinding } from "../../domain/inspection.ts";
import { type LintReport, type LintRule, lintFindings, type WaivedFinding } from "../../domain/lint.ts";
import { jsonText } from "../text/json-text.ts";

/** The rules by their ids, and this program. */
export interface SarifTool {
  readonly version: string;
  readonly rules: Readonly<Record<string, LintRule>>;
}

/** A report as SARIF 2.1.0, the form that code scanning of GitHub and GitLab reads. What is waived is suppressed. */
export function sarifOf(report: LintReport, { version, rules }: SarifTool): string {
  const ids = Object.keys(rules);
  const waived = report.migrations.flatMap((migration) => migration.waived);
  const driver = {
    name: "vulcan-ops",
    version,
    rules: Object.entries(rules).map(([id, rule]) => sarifRule(id, rule)),
  };
  const results = [...lintFindings(report), ...waived].map((finding) => sarifResult(finding, ids));
  const run = { tool: { driver }, columnKind: "utf16CodeUnits", results };
  return `${jsonText({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, 2)}\n`;
}

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

function sarifRule(id: string, { name, severity, title, why, fix }: LintRule) {
  const full = `${title}. ${why}`;
  return {
    id,
    name,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: full },
    help: { text: `${full} ${fix}` },
    defaultConfiguration: { level: severity },
  };
}

function sarifResult(finding: InspectionFinding | WaivedFinding, ids: readonly string[]) {
  const { rule, severity, message, hint, file, line } = finding;
  const region = line === undefined ? {} : { region: { startLine: line } };
  const place = { physicalLocation: { artifactLocation: { uri: uriOf(file ?? "") }, ...region } };
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: severity,
    message: { text: hint === undefined ? message : `${message}. ${hint}` },
    ...(file !== undefined && { locations: [place] }),
    ...("reason" in finding && { suppressions: [{ kind: "inSource", justification: finding.reason }] }),
  };
}

/** A path as a relative reference, or as a file's address. */
function uriOf(path: string): string {
  const escaped = path.split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${escaped}` : escaped.replace(/^(\.\/)+/, "");
}
