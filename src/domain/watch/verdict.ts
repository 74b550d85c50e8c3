import { LEAST_SHARE, TOO_EARLY } from "./comparison.ts";
import { counted, type Evidence, extensionOf } from "./evidence.ts";
import { METRICS } from "./metric.ts";
import { type Row, rowsOf } from "./metric-verdict.ts";
import { lengthOf, present } from "./series.ts";

export type Verdict = "STABLE" | "WORSE" | "INCONCLUSIVE";

export interface Judgement {
  /** Absent while the watch must continue. */
  readonly verdict?: Verdict;
  /** The reason, in one sentence; what holds so far, while the watch continues. */
  readonly text: string;
  readonly rows: readonly Row[];
  /** The minutes with data for every required metric, the minutes asked for, and the minutes needed for a verdict. */
  readonly observed: number;
  readonly wanted: number;
  readonly needed: number;
  /** What the judgement cannot tell, and what it has left out. */
  readonly caveats: readonly string[];
}

/** Each required metric needs data for 27 of 30 minutes. */
const SHARE = 0.9;

/**
 * Judges by ux-reliability.md §4: a broken limit at once, a shift against the baseline only when there are enough
 * minutes, so that repeated checks raise no false alarm. Missing data is neither zero nor fine.
 */
export function judgeWatch(evidence: Evidence): Judgement {
  const rows = rowsOf(evidence);
  const wanted = lengthOf(evidence.asked);
  const needed = Math.ceil(wanted * SHARE);
  const required = rows.filter(({ id }) => METRICS[id].isRequired);
  const observed = Math.min(wanted, ...required.map(({ minutes }) => present(minutes).length));
  const sums = { rows, observed, wanted, needed, caveats: caveats(evidence, rows) };
  return { ...sums, ...concludeVerdict(evidence, required, sums) };
}

type Sums = Omit<Judgement, "text" | "verdict">;

function concludeVerdict(
  evidence: Evidence,
  required: readonly Row[],
  sums: Sums,
): Pick<Judgement, "verdict" | "text"> {
  const { observed, wanted, needed, rows } = sums;
  const broken = [...(evidence.failed === undefined ? [] : [evidence.failed]), ...rows.flatMap(named("broken"))];
  if (broken.length > 0) return { verdict: "WORSE", text: broken.join("; ") };
  const seen = `${observed}/${wanted} min seen`;
  if (evidence.endedEarly !== undefined) {
    return { verdict: "INCONCLUSIVE", text: `ended early by ${evidence.endedEarly}, ${seen}` };
  }
  const isUndecided = evidence.open !== undefined || rows.some(({ state }) => state === "beyond");
  const isEnough = observed >= needed && !isUndecided;
  const isOver = evidence.now >= evidence.asked.to + (isEnough ? 0 : extensionOf(evidence.asked));
  if (!isOver) return { text: soFar(sums, evidence) };
  const enough = required.filter(({ minutes }) => present(minutes).length >= needed);
  const worse = enough.flatMap(named("worse")).map((text) => `${text} against before`);
  if (worse.length > 0) return { verdict: "WORSE", text: worse.join("; ") };
  const open = [
    ...(evidence.open === undefined ? [] : [evidence.open]),
    ...required.filter((row) => !enough.includes(row)).map(thin(wanted)),
    ...uncertain([...enough, ...rows.filter(({ id }) => id === "errors" || id === "refused")]),
  ];
  if (open.length > 0) {
    const hint = enough.some(({ text }) => text === TOO_EARLY) && isFresh(evidence) ? LONGER : "";
    return { verdict: "INCONCLUSIVE", text: `${open.join("; ")}${hint}` };
  }
  return { verdict: "STABLE", text: `${seen}, no limit broken, ${like(rows)}${evidence.isByTasks ? NO_TRAFFIC : ""}` };
}

/** Whether tasks were so young that minutes of the watch are compared with nothing. */
const isFresh = (evidence: Evidence): boolean => evidence.warmUntil > counted(evidence).from;

const LONGER = "; after a deployment watch at least 15 min: the first 5 are compared with nothing";

const NO_TRAFFIC = "; traffic is not measured";

const named =
  (state: Row["state"]) =>
  (row: Row): string[] =>
    row.state === state ? [`${row.title} ${row.text.replace(/^[A-Z]+ /, "")}`] : [];

const thin =
  (wanted: number) =>
  ({ title, minutes }: Row): string =>
    `${title}: data for ${Math.min(wanted, present(minutes).length)} of ${wanted} min`;

/** Rows with enough minutes but without a result. */
function uncertain(rows: readonly Row[]): string[] {
  return rows
    .filter(({ state }) => state === "unknown" || state === "alert" || state === "beyond")
    .map(({ title, text }) => `${title}: ${text}`);
}

function like(rows: readonly Row[]): string {
  const watched = rows.filter(({ state }) => state === "watch").map(({ title }) => title);
  return watched.length === 0 ? "like before" : `no clear shift; to watch: ${watched.join(", ")}`;
}

/** How many minutes there are stands beside it: a bar, or a row of figures. */
function soFar({ rows, observed }: Sums, evidence: Evidence): string {
  const higher = rows.filter(({ state }) => state === "watch" || state === "worse").map(({ title }) => title);
  const beyond = rows.filter(({ state }) => state === "beyond").map(({ title, text }) => `; ${title} ${text}`);
  const missing = lengthOf(counted(evidence)) - observed;
  const above = higher.length === 0 ? "" : `; higher than before: ${higher.join(", ")}`;
  return `no limit broken${above}${beyond.join("")}${missing > 0 ? `; ${missing} min missing` : ""}`;
}

/** What the judgement has left out, and what it cannot tell from so few minutes. */
export function caveats(evidence: Evidence, rows: readonly Row[]): readonly string[] {
  const { asked, maxConnections, before } = evidence;
  const points = lengthOf(asked);
  return [
    ...(before.baseline === undefined ? ["nothing before to compare with: shifts cannot be told"] : []),
    ...(before.baseline === undefined
      ? []
      : [`cannot tell shifts under ${100 * LEAST_SHARE} % from noise with ${points} points`]),
    ...(maxConnections === undefined
      ? ["cannot tell whether DB connections stay below 80 %: max_connections is unknown"]
      : []),
    ...(isFresh(evidence) ? ["the first 5 min of fresh tasks are compared with nothing"] : []),
    ...(evidence.isByTasks ? [BY_TASKS] : ofTheRequests(rows)),
  ];
}

const BY_TASKS = "traffic is not measured, for there is no load balancer: hosts are the tasks that ECS has running";

function ofTheRequests(rows: readonly Row[]): string[] {
  const { state, text } = rows.find(({ id }) => id === "errors") ?? {};
  if (state === "unknown") return [`cannot tell whether requests fail: ${text}`];
  const isAny = rows.some(({ id, minutes }) => id === "requests" && minutes.some((count = 0) => count > 0));
  return isAny ? [] : ["no requests were counted: a release that fails them looks well"];
}
