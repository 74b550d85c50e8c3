import { counted } from "../../domain/finding.ts";
import type { EqualChanges } from "../../domain/fleet/equal-changes.ts";
import type { FleetPlan, PlannedWave } from "../../domain/fleet/fleet-plan.ts";
import { utcTime } from "../../domain/time.ts";
import { paragraph, type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";

interface Shown {
  readonly plan: FleetPlan;
  readonly wave: PlannedWave;
  readonly groups: readonly EqualChanges[];
  readonly by: string;
}

/** What an approver reads: every way in which the wave changes targets, and all targets where they differ. */
export function renderWave({ plan, wave, groups, by }: Shown, display: DisplayOptions): string {
  const { run, digest, window } = plan;
  const { name, targets, concurrency, tolerated } = wave;
  const rows: readonly Row[] = [
    ...groups.map(({ title, targets: own }, index): Row => {
      const which = groups.length === 1 ? "" : `: ${own.join(", ")}`;
      return { label: index === 0 ? "Change" : "Differ", text: `${own.length} × ${title}${which}` };
    }),
    { label: "Wave", text: `${Math.min(concurrency, targets.length)} at once, ${tolerated} may fail` },
    { label: "Begins", text: `${utcTime(window.from)} to ${utcTime(window.until)}` },
    { label: "As", text: by },
    { label: "Digest", text: digest, kind: "command" },
  ];
  const head = `Wave ${name} of fleet ${run}: ${counted(targets.length, "target")}`;
  return [...paragraph(head, display, 0, "strong"), ...rows.flatMap((row) => rowLines(row, display, 1))].join("\n");
}
