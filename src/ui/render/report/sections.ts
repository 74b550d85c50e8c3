import type { ExitCode } from "../../../domain/exit-codes.ts";
import type { ConfirmedBy } from "../../../domain/plan.ts";
import type { Duration, ExecutionPart, Moment, ReportDocument } from "../../../domain/report/document.ts";
import { formatDuration, utcTime } from "../../../domain/time.ts";
import { exitMeaning } from "../exit-meaning.ts";
import { type Block, list, type Section, table } from "../sections.ts";
import { localTime } from "./local-time.ts";
import { plotText } from "./plot-text.ts";

/** A report as sections, the answer first. A section without content is left out. */
export function reportSections(report: ReportDocument): readonly Section[] {
  const { executions } = report;
  const isOne = executions.length === 1;
  const sections: readonly Section[] = [
    { title: "Summary", blocks: summary(report) },
    { title: "Unfinished", blocks: unfinished(executions) },
    { title: "Durations", blocks: durations(report.durations) },
    { title: "Timeline", blocks: timeline(report) },
    ...executions.flatMap((part) => executionSections(part, isOne ? "" : ` (${part.id})`)),
    { title: "Metrics", blocks: report.series.map((series) => ({ kind: "plot", series, text: plotText(series) })) },
    { title: "Logs", blocks: logs(report) },
    { title: "Not read or not measured", blocks: list(report.unread.map(({ what, why }) => `${what}: ${why}`)) },
    { title: "Left out for external readers", blocks: list(report.leftOut) },
  ];
  return sections.filter(({ blocks }) => blocks.length > 0);
}

function summary({ summary: sentences, executions, span, place, madeAt, version }: ReportDocument): readonly Block[] {
  const { environment, service, account, region } = place;
  const where = [environment, service, account, region].filter((part) => part !== undefined && part !== "").join(" · ");
  const reasons = [...new Set(executions.flatMap(({ statedReason }) => statedReason ?? []))];
  const said = sentences.length === 0 ? ["No execution is on record in this time."] : sentences;
  return [
    ...said.map((text): Block => ({ kind: "text", text })),
    ...table(
      ["What", "Value"],
      [
        ["Where", where],
        ...(reasons.length === 0 ? [] : [["Reason", reasons.join("; ")]]),
        ...executions.flatMap(({ emergency }) => (emergency === undefined ? [] : [["Emergency", emergency]])),
        ...executions.map(({ id, runbook, exitCode, status }) => [
          `Execution ${id}`,
          endText(runbook, status, exitCode),
        ]),
        ["Time covered", `${utcTime(span.from)} to ${utcTime(span.to)}`],
        ["Report made", `${utcTime(madeAt)} by vulcan-ops ${version}`],
      ],
    ),
  ];
}

function endText(runbook: string, status: string, exitCode: number | undefined): string {
  if (exitCode === undefined) return `${runbook}, ${status}`;
  return `${runbook}, ${status} (exit ${exitCode}: ${exitMeaning(exitCode as ExitCode)})`;
}

function unfinished(executions: readonly ExecutionPart[]): readonly Block[] {
  const left = executions.flatMap((part) => part.unfinished);
  const commands = left.flatMap(({ command }) => command ?? []);
  const lines: readonly Block[] = commands.length === 0 ? [] : [{ kind: "commands", lines: commands }];
  return [...list(left.map(({ text }) => text)), ...lines];
}

const durations = (known: readonly Duration[]): readonly Block[] =>
  table(
    ["What", "Took", "From and to"],
    known.map(({ title, seconds, text }) => [
      title,
      seconds === undefined ? "not known" : formatDuration(seconds),
      text,
    ]),
  );

function timeline({ timeline: moments, zone }: ReportDocument): readonly Block[] {
  const hasLocal = zone !== "UTC";
  const rowOf = ({ at, source, text, by, execution }: Moment): readonly string[] => [
    utcTime(at),
    ...(hasLocal ? [localTime(at, zone)] : []),
    execution === undefined ? source : `${source} ${execution}`,
    by === undefined ? text : `${text} — ${by}`,
  ];
  return table(["UTC", ...(hasLocal ? [zone] : []), "Source", "What happened"], moments.map(rowOf));
}

function executionSections(part: ExecutionPart, name: string): readonly Section[] {
  return [
    { title: `Before and after${name}`, blocks: changes(part) },
    { title: `Requests${name}`, blocks: requests(part) },
    { title: `Checks${name}`, blocks: checks(part) },
    {
      title: `Proven${name}`,
      blocks: list(part.proofs.map(({ step, text, at }) => `${text} (step ${step}, ${utcTime(at)})`)),
    },
    { title: `Not proven${name}`, blocks: list(part.unproven) },
    { title: `People${name}`, blocks: people(part) },
    { title: `Notices that were lost${name}`, blocks: list(part.lostNotices ?? []) },
    { title: `To remember${name}`, blocks: list(part.reminders) },
  ];
}

const changes = ({ changes: all }: ExecutionPart): readonly Block[] =>
  table(
    ["Step", "What", "Before", "After"],
    all.map(({ step, phase, subject, property, before, after }) => [
      phase === "undo" ? `undo ${step}` : step,
      `${subject}: ${property}`,
      valueText(before),
      valueText(after),
    ]),
  );

const valueText = (value: unknown): string =>
  value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value);

const CONFIRMED: Readonly<Record<ConfirmedBy, string>> = {
  prompt: "an answer at the terminal",
  typed: "a typed text",
  flag: "a flag",
  sandbox: "the sandbox",
  none: "no question",
  countdown: "a countdown",
  silence: "no answer in time",
  approval: "the approval of its fleet",
};

function requests({ requests: all }: ExecutionPart): readonly Block[] {
  const rows = all.map(({ at, step, phase, operation, requestId, isAdopted, how, result }) => [
    utcTime(at),
    phase === "undo" ? `undo ${step}` : step,
    operation,
    [requestId === undefined ? "none on record" : requestId, ...(isAdopted === true ? ["answer lost"] : [])].join(", "),
    CONFIRMED[how],
    result,
  ]);
  const hasIds = all.some(({ requestId }) => requestId !== undefined);
  const lines = all.flatMap(({ awsCli }) => awsCli ?? []);
  const columns = ["UTC", "Step", "Request", "Request id", "Confirmed by", "Result"];
  const without = (cells: readonly string[]) => (hasIds ? cells : cells.filter((_, index) => index !== 3));
  const commands: readonly Block[] =
    lines.length === 0
      ? []
      : [
          { kind: "text", text: "The same by hand:" },
          { kind: "commands", lines: [...new Set(lines)] },
        ];
  return [...table(without(columns), rows.map(without)), ...commands];
}

function checks({ checks: all }: ExecutionPart): readonly Block[] {
  const passed = all.filter(({ level }) => level === "ok");
  const others = all.filter(({ level }) => level !== "ok");
  const count: readonly Block[] = passed.length === 0 ? [] : [{ kind: "text", text: `${passed.length} passed:` }];
  return [
    ...list(others.map(({ level, text, step }) => `${level === "block" ? "BLOCK" : "WARN"}: ${text} (step ${step})`)),
    ...count,
    ...list(passed.map(({ text }) => text)),
  ];
}

const people = ({ people: all }: ExecutionPart): readonly Block[] =>
  table(
    ["UTC", "Who", "Did", "As"],
    all.map(({ at, operator, host, did, principal, source }) => [
      utcTime(at),
      operator === undefined ? "" : `${operator} on ${host}`,
      did,
      [principal ?? "not on record", ...(source === undefined ? [] : [`by ${source}`])].join(", "),
    ]),
  );

const logs = ({ logs: spans }: ReportDocument): readonly Block[] =>
  table(
    ["Log group", "Streams", "From", "To"],
    spans.map(({ group, streamPrefix, from, to }) => [group, `${streamPrefix}*`, utcTime(from), utcTime(to)]),
  );
