import type { ExecutionPart, Moment, ReportDocument } from "./document.ts";

const LEFT_OUT: readonly string[] = [
  "people, hosts and principals",
  "notes, stated reasons and lost notices",
  "account, ARNs, addresses and request ids",
  "lines for the AWS CLI, checks and log places",
];

/** The same report for readers outside the company. Pure. Names of services and releases stay. */
export function forExternal(report: ReportDocument): ReportDocument {
  const hidden = namesIn(report);
  const { account: _, ...place } = report.place;
  const reduced: ReportDocument = {
    ...report,
    audience: "external",
    place: { ...place, environment: place.environment.split(" ")[0] ?? "" },
    timeline: report.timeline.filter(({ source }) => source !== "note").map(withoutPerson),
    executions: report.executions.map(withoutPeople),
    logs: [],
    leftOut: LEFT_OUT,
  };
  return scrubbed(reduced, hidden);
}

const withoutPerson = ({ by: _, ...moment }: Moment): Moment => moment;

function withoutPeople({
  statedReason: _,
  emergency: _why,
  lostNotices: _lost,
  ...part
}: ExecutionPart): ExecutionPart {
  return {
    ...part,
    people: [],
    checks: [],
    requests: part.requests.map(({ requestId: _id, awsCli: _line, ...request }) => request),
    unfinished: part.unfinished.map(({ text }) => ({ text })),
    reminders: [],
  };
}

/** Names that a text may hold anywhere: a lock that was taken over, a reason beside the start. Longest first. */
function namesIn({ executions, place }: ReportDocument): readonly string[] {
  const people = executions.flatMap((part) =>
    part.people.flatMap(({ operator = "", host = "", principal }) => [operator, host, ...sessionOf(principal)]),
  );
  const reasons = executions.flatMap(({ statedReason, emergency }) => [statedReason ?? [], emergency ?? []].flat());
  const names = [...people, ...reasons, ...(place.account === undefined ? [] : [place.account])];
  return [...new Set(names.filter((name) => name.length > 1))].sort((a, b) => b.length - a.length);
}

/** `operator` and `rehearsal` of `arn:aws:sts::…:assumed-role/operator/rehearsal`. */
const sessionOf = (principal: string | undefined): readonly string[] => principal?.split("/").slice(1) ?? [];

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\barn:aws[\w-]*:[\w:/+.@*#=-]*/g, "[ARN]"],
  [/\b\d{12}\.dkr\.ecr\.[\w.-]+\//g, ""],
  [/\bhttps?:\/\/[^\s)"']+/g, "[address]"],
  [/\b[\w.-]+\.(?:amazonaws\.com(?:\.cn)?|internal|local)\b/g, "[address]"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "[address]"],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, "[address]"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "[address]"],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, "[id]"],
  [/\b[0-9a-f]{32}\b/g, "[id]"],
  [/\b(?:i|eni|sg|subnet|vpc)-[0-9a-f]{8,17}\b/g, "[id]"],
  [/\b\d{12}\b/g, "[account]"],
];

/** Every text at any depth. Names of members and moments stay as they are. */
function scrubbed<T>(value: T, names: readonly string[], key = ""): T {
  if (typeof value === "string") return (KEPT.has(key) ? value : scrubText(value, names)) as T;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => scrubbed(one, names, key)) as T;
  const entries = Object.entries(value).map(([name, member]) => [name, scrubbed(member, names, name)]);
  return Object.fromEntries(entries) as T;
}

/** Words of this program, and moments. */
const KEPT: ReadonlySet<string> = new Set([
  ...["at", "madeAt", "from", "to", "startedAt", "lastAt", "zone", "version", "audience", "source", "status"],
  ...["phase", "how", "operation", "level", "code", "id", "leftOut"],
]);

function scrubText(text: string, names: readonly string[]): string {
  const shown = PATTERNS.reduce((reduced, [pattern, put]) => reduced.replace(pattern, put), text);
  return names.reduce((reduced, name) => reduced.replace(wordOf(name), "[left out]"), shown);
}

/** The name as a whole word: an operator `ana` is not part of `analysis`. */
const wordOf = (name: string): RegExp =>
  new RegExp(`(?<![\\w])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w])`, "gi");
