import { principalName } from "../../domain/aws/principal.ts";
import { counted } from "../../domain/finding.ts";
import type { EqualChanges } from "../../domain/fleet/equal-changes.ts";
import type { FleetPlan, PlannedWave } from "../../domain/fleet/fleet-plan.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { utcTime } from "../../domain/time.ts";
import { paragraph, type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";

interface Shown {
  readonly plan: FleetPlan;
  readonly wave: PlannedWave;
  readonly groups: readonly EqualChanges[];
  readonly by: string;
  readonly start: { readonly by: string; readonly at: string; readonly reason?: string };
  readonly before: readonly { readonly name: string; readonly failed: number; readonly of: number }[];
  readonly isStopped: boolean;
}

/** What an approver reads: every way in which the wave changes targets, and all targets where they differ. */
export function renderWave(
  { plan, wave, groups, by, start, before, isStopped }: Shown,
  display: DisplayOptions,
): string {
  const { run, digest, window } = plan;
  const { name, targets, concurrency, tolerated } = wave;
  const rows: readonly Row[] = [
    ...changeRows(groups, targets.length),
    ...(isStopped ? [STOPPED_ROW] : []),
    { label: "Wave", text: `${Math.min(concurrency, targets.length)} at once, ${tolerated} may fail` },
    ...before.map(({ name: earlier, failed, of }, index): Row => {
      const text = `${earlier}: ${failed} of ${counted(of, "target")} failed`;
      return { label: index === 0 ? "Before" : "", text, tone: failed === 0 ? "plain" : "warn" };
    }),
    { label: "Started", text: startedText(start) },
    { label: "May begin", text: `${utcTime(window.from)} to ${utcTime(window.until)}` },
    { label: "As", text: by },
    { label: "Digest", text: digest, kind: "command" },
  ];
  const head = `Wave ${name} of fleet ${run}: ${counted(targets.length, "target")}`;
  return [...paragraph(head, display, 0, "strong"), ...rows.flatMap((row) => rowLines(row, display, 1))].join("\n");
}

/** What most of them do, and each target that does something else. */
function changeRows(groups: readonly EqualChanges[], count: number): readonly Row[] {
  const [largest] = groups;
  const common = largest !== undefined && largest.targets.length * 2 > count ? largest : undefined;
  const differing = groups.filter((group) => group !== common);
  return [
    ...(common === undefined
      ? []
      : [{ label: "Change", text: sanitise(`${common.targets.length} × ${common.title}`) }]),
    ...differing.map(({ title, targets }, index): Row => {
      const text = sanitise(`${targets.length} × ${title}: ${targets.join(", ")}`);
      return { label: index === 0 ? "Differ" : "", text };
    }),
  ];
}

const STOPPED_ROW: Row = {
  label: "Stopped",
  text: "the run was stopped by hand: an approval starts nothing",
  tone: "bad",
};

/** By Ops/ana, when, and why. */
function startedText({ by, at, reason }: Shown["start"]): string {
  const who = principalName({ arn: by, account: "" });
  return `by ${who} at ${utcTime(at)}${reason === undefined ? "" : `: ${sanitise(reason)}`}`;
}
