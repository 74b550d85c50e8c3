import { counted } from "../../domain/finding.ts";
import type { WaveRefusal } from "../../domain/fleet/compose-plan.ts";
import type { FleetPlan, PlannedWave } from "../../domain/fleet/fleet-plan.ts";
import { shortNumber } from "../../domain/fleet/load.ts";
import type { Identity } from "../../domain/identity.ts";
import { roughDuration } from "../../domain/rough-duration.ts";
import { utcTime } from "../../domain/time.ts";
import { paragraph, type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { identityLines } from "./identity.ts";

/** What is said beside the plan. */
interface Beside {
  /** Where its targets are; absent where another row says it. */
  readonly place?: Identity | undefined;
  readonly refusals: readonly WaveRefusal[];
  /** The command that keeps it; absent where it is kept, or cannot be. */
  readonly next?: string | undefined;
}

const MOST_ROWS = 4;

/** How many, what, blocked, how long, cost and digest: 24 rows at 80 columns. No line feed at the end. */
export function renderFleetPlan(plan: FleetPlan, { place, refusals, next }: Beside, display: DisplayOptions): string {
  const most = display.verbose === true ? Number.POSITIVE_INFINITY : MOST_ROWS;
  const rows: readonly Row[] = [
    ...changeRows(plan, most),
    ...unchangedRows(plan),
    ...blockedRows(plan, most),
    ...plan.waves.slice(0, most).map((wave, index) => waveRow(wave, index)),
    ...moreRow(plan.waves.length - most, "wave"),
    lastsRow(plan),
    { label: "Cost", text: costText(plan) },
    ...apiRows(plan, refusals),
    { label: "May begin", text: `${utcTime(plan.window.from)} to ${utcTime(plan.window.until)}` },
    // On a line of its own where the screen is narrow: it is one word.
    { label: "Digest", text: plan.digest, kind: "command" },
    ...(next === undefined ? [] : [{ label: "Next", text: next, kind: "command" } as const]),
  ];
  return [
    ...paragraph(headline(plan), display, 0, "strong"),
    ...(place === undefined ? [] : identityLines(place, display)),
    ...rows.flatMap((row) => rowLines(row, display, 1)),
  ].join("\n");
}

const changing = ({ waves }: FleetPlan): number => waves.reduce((sum, { targets }) => sum + targets.length, 0);

/** What most of its targets do is what the fleet does. */
const isMost = ([largest]: FleetPlan["groups"], count: number): boolean =>
  largest !== undefined && largest.targets.length * 2 > count;

function headline(plan: FleetPlan): string {
  const [largest] = plan.groups;
  const what = isMost(plan.groups, changing(plan)) ? (largest?.title ?? "") : plan.runbook.title;
  const count = changing(plan);
  const blocked = plan.blocked.length === 0 ? "" : `, ${plan.blocked.length} blocked`;
  if (count === 0) return `Fleet ${plan.run}: nothing to change${blocked}`;
  return `Fleet ${plan.run}: ${counted(count, "target")}${blocked}, ${counted(plan.waves.length, "wave")}: ${what}`;
}

/** The largest group, if it is that of most, then the others: what differs has to be read, target by target if there are few. */
function changeRows(plan: FleetPlan, most: number): readonly Row[] {
  const { groups } = plan;
  const [first, ...others] = groups;
  if (first === undefined) return [];
  const rows = (all: FleetPlan["groups"]): readonly Row[] => [
    ...all
      .slice(0, most)
      .map(({ title, targets }): Row => ({ label: "", text: `${targets.length} × ${title}: ${named(targets)}` })),
    ...moreRow(all.length - most, "way"),
  ];
  if (!isMost(groups, changing(plan)))
    return [
      { label: "Differ", text: `${changing(plan)}, in ${counted(groups.length, "way")}`, tone: "warn" },
      ...rows(groups),
    ];
  const differing = others.reduce((sum, { targets }) => sum + targets.length, 0);
  return [
    { label: "Change", text: `${first.targets.length} × ${first.title}` },
    ...(differing === 0
      ? []
      : [{ label: "Differ", text: `${differing}, in ${counted(others.length, "way")}`, tone: "warn" } as const]),
    ...rows(others),
  ];
}

const MOST_NAMED = 3;

function named(targets: readonly string[]): string {
  const rest = targets.length > MOST_NAMED ? ` and ${targets.length - MOST_NAMED} more` : "";
  return `${targets.slice(0, MOST_NAMED).join(", ")}${rest}`;
}

const moreRow = (count: number, noun: string): readonly Row[] =>
  count > 0 ? [{ label: "", text: `and ${counted(count, `more ${noun}`)} (--verbose has all)` }] : [];

const unchangedRows = ({ unchanged }: FleetPlan): readonly Row[] =>
  unchanged.length === 0 ? [] : [{ label: "As wanted", text: `${unchanged.length}, left out: ${named(unchanged)}` }];

function blockedRows({ blocked }: FleetPlan, most: number): readonly Row[] {
  return [
    ...blocked.slice(0, most).map(({ target, reason }, index): Row => {
      const label = index === 0 ? "Blocked" : "";
      return { label, text: `${target}: ${reason.split("\n")[0]}`, tone: "bad" };
    }),
    ...moreRow(blocked.length - most, "blocked target"),
  ];
}

function waveRow({ name, targets, approval, concurrency, tolerated, seconds }: PlannedWave, index: number): Row {
  const facts = [
    counted(targets.length, "target"),
    `${Math.min(concurrency, targets.length)} at once`,
    `${tolerated} may fail`,
    ...(approval ? ["approved first"] : []),
    `about ${roughDuration(seconds)}`,
  ];
  return { label: index === 0 ? "Waves" : "", text: `${name}: ${facts.join(", ")}` };
}

/** A plan does not begin after the window: the last targets of a long fleet would fail. */
function lastsRow({ seconds, waves, window: { from, until } }: FleetPlan): Row {
  const waits = waves.some(({ approval }) => approval) ? ", and the time until approvals" : "";
  const lasts = `about ${roughDuration(seconds)}${waits}`;
  const most = (Date.parse(until) - Date.parse(from)) / 1000;
  if (seconds <= most) return { label: "Lasts", text: lasts };
  const text = `${lasts}: longer than the ${roughDuration(most)} in which plans may begin`;
  return { label: "Lasts", text, tone: "warn" };
}

/** Cents: the prices differ by Region, and each worker's image may come another way. */
const dollars = (value: number): string => `$${value.toFixed(2)}`;

function costText({ cost: { total, fargate, images, stepFunctions, journal } }: FleetPlan): string {
  const parts = [
    `workers ${dollars(fargate)}`,
    `images through NAT ${dollars(images)}`,
    `Step Functions ${dollars(stepFunctions)}`,
    `journal ${dollars(journal)}`,
  ];
  return `about ${dollars(total)}: ${parts.join(", ")}`;
}

function apiRows({ peak }: FleetPlan, refusals: readonly WaveRefusal[]): readonly Row[] {
  const rows = refusals.map(({ why }): Row => ({ label: "Too fast", text: why, tone: "bad" }));
  if (peak.limit === 0) return rows;
  const { bucket, callsPerSecond, limit, accountRegion } = peak;
  const text = `at most ${shortNumber(callsPerSecond)} of our ${shortNumber(limit)} calls a second, ${bucket} of ECS in ${accountRegion}`;
  return [...rows, { label: "API", text }];
}
