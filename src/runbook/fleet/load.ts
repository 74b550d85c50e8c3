import { type FleetFile, WAVE_DEFAULTS, type WaveSpec } from "../../domain/fleet/file.ts";
import { parseInstant } from "../../domain/time.ts";
import { checkShape } from "../check-shape.ts";
import { parseText } from "../load.ts";
import { collector, type Problem, quoted, type Report } from "../problem.ts";
import { dataOf, entriesOf, itemsOf, member, type Tree, textOf } from "../yaml/tree.ts";
import { FLEET } from "./shape.ts";

/** A fleet file, or all that is wrong with it, in the order of the text. */
export type LoadedFleet = { readonly fleet: FleetFile } | { readonly problems: readonly Problem[] };

/** Reads a fleet file. `source`: its name in problems. Never throws for bad text. */
export function loadFleet(text: string, source: string): LoadedFleet {
  const { report, problems } = collector(source);
  const tree = parseText(text, report, "fleet");
  if (tree !== undefined) checkShape(tree, FLEET, "the file", report);
  if (tree !== undefined && problems().length === 0) checkMeaning(tree, report);
  const found = problems();
  return tree === undefined || found.length > 0 ? { problems: found } : { fleet: build(tree) };
}

const RULE = "VOPS012";
const SHARE = /^(100|[1-9]\d?)%$/;

/** What the shape cannot say. */
function checkMeaning(tree: Tree, report: Report): void {
  const waves = itemsOf(member(tree, "waves"));
  const names = new Set<string>();
  waves.forEach((wave, index) => {
    const name = textOf(member(wave, "name")) ?? "";
    if (names.has(name)) report(RULE, wave, `a wave ${quoted(name)} is there already`);
    names.add(name);
    checkMembers(wave, index === waves.length - 1, report);
  });
  checkWindow(member(tree, "window"), report);
}

function checkMembers(wave: Tree, isLast: boolean, report: Report): void {
  const [targets, share] = [member(wave, "targets"), member(wave, "share")];
  if (targets !== undefined && share !== undefined)
    report(RULE, share, '"share" cannot stand beside "targets"', "leave one of them out");
  if (share !== undefined && !SHARE.test(textOf(share) ?? ""))
    report(RULE, share, `"share" cannot be ${quoted(textOf(share))}`, "1% to 100%, in whole percents");
  if (targets === undefined && share === undefined && !isLast)
    report(RULE, wave, "a wave without targets and share has all that are left", "only the last one can");
}

function checkWindow(window: Tree | undefined, report: Report): void {
  if (window === undefined) return;
  const [from, until] = ["from", "until"].map((name) => {
    const at = member(window, name);
    // An age would be another time whenever the file is read.
    const instant = textOf(at)?.startsWith("-") ? undefined : parseInstant(textOf(at) ?? "", 0);
    if (instant === undefined && at !== undefined)
      report(RULE, at, `"${name}" cannot be ${quoted(textOf(at))}`, "as in 2026-04-10T02:00:00+02:00");
    return instant;
  });
  if (from !== undefined && until !== undefined && from >= until)
    report(RULE, window, "the window ends before it begins");
}

function build(tree: Tree): FleetFile {
  const data = dataOf(tree) as Omit<FleetFile, "waves" | "inputs"> & { readonly waves: readonly WaveData[] };
  const inputs = [...entriesOf(member(tree, "inputs"))].map(([name, { value }]) => [name, String(dataOf(value))]);
  const window = member(tree, "window");
  const time = (name: string) => parseInstant(textOf(member(window, name)) ?? "", 0) ?? "";
  return {
    runbook: data.runbook,
    inputs: Object.fromEntries(inputs),
    targets: data.targets,
    waves: data.waves.map(({ share, ...wave }) => ({
      ...WAVE_DEFAULTS,
      ...wave,
      ...(share !== undefined && { share: Number(share.slice(0, -1)) }),
    })),
    ...(window !== undefined && { window: { from: time("from"), until: time("until") } }),
  };
}

type WaveData = Omit<WaveSpec, "share"> & { readonly share?: string };
