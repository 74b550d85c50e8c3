import { LABEL } from "../../checks/revision/migrations-since.ts";
import { expandsOnly } from "../../checks/revision/schema-compatibility.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import { countOf, difference, type Span, stateOf, versionsIn } from "../../domain/migrations/applied.ts";
import type { Expansion } from "../../domain/migrations/expansion.ts";
import type { MigrationsRead, SourceDowns } from "../../domain/migrations/reads.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { PendingKnown } from "../../domain/upgrade/way-back.ts";
import { readLabels } from "../vulcan/image-migrations.ts";
import type { UpgradeInputs } from "./inputs.ts";

type MigrationsAnswer = MigrationsRead | Error;

/** What the new release would apply: by its label, and by Vulcan's source where that was given. */
export async function readPendingKnown(
  { image }: UpgradeInputs,
  bring: string,
  { service, told }: { readonly service: Service; readonly told: MigrationsAnswer },
  { services, target }: ActionReadContext,
): Promise<PendingKnown> {
  if (told instanceof Error) return { known: false, why: told.message };
  const source = await services.schema.downs?.();
  const question = { named: target.container, balancers: service.balancers };
  // The label of the copied revision says nothing of another image.
  const labels = image === undefined ? await readLabels(services.aws.ecs, [bring], question) : NO_LABELS;
  const newest = labels.get(bring) ?? newestIn(source);
  if (newest === undefined) {
    const why = image === undefined ? `revision ${bring} has no label ${LABEL}` : "a new image is not read for them";
    return { known: false, why: `which migrations it brings: ${why}; --migrations-file PATH tells it` };
  }
  const state = stateOf(told.applied);
  const { pending } = difference(state, newest);
  const leftOut = source && { leftOut: leftOutOf(state.newest, source) };
  return { known: true, pending, expansion: worstOf(pending, source), ...leftOut };
}

const NO_LABELS: ReadonlyMap<string, number> = new Map();

function newestIn(source: SourceDowns | undefined): number | undefined {
  const versions = [...(source?.descriptions?.keys() ?? [])];
  return versions.length === 0 ? undefined : Math.max(...versions);
}

function worstOf(pending: readonly Span[], source: SourceDowns | undefined): Expansion {
  const versions = pending.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
  const found = versions.map((version) => expandsOnly(source?.descriptions?.get(version) ?? ""));
  return (["breaking", "unknown"] as const).find((one) => found.includes(one)) ?? "compatible";
}

/** What the source does not have between two versions that it has, or after the newest that is applied. */
function leftOutOf(applied: number, source: SourceDowns): readonly Span[] {
  const ahead = [...(source.descriptions?.keys() ?? [])].filter((version) => version > applied).sort((a, b) => a - b);
  return ahead.flatMap((version, index) => {
    const before = index === 0 ? applied : (ahead[index - 1] ?? applied);
    return version > before + 1 ? [{ from: before + 1, to: version - 1 }] : [];
  });
}

/** The versions that the release applies: not those that its source leaves out. */
export function versionsToApply(known: PendingKnown): readonly number[] {
  if (!known.known) return [];
  const leftOut = new Set(versionsIn(known.leftOut ?? []));
  return versionsIn(known.pending).filter((version) => !leftOut.has(version));
}

/** Whether it is known beforehand what the release applies. `proof`: how it is proven, or why not. */
export function pendingFindings(known: PendingKnown, proof: string): readonly Finding[] {
  if (!known.known) return [warn("upgrade-migrations-unknown", `not known beforehand: ${known.why}`)];
  const text = `${countOf(known.pending)} migrations are to be applied`;
  return [ok("upgrade-migrations-known", proof === "" ? text : `${text}; ${proof}`)];
}

/**
 * Vulcan applies migrations one after the other. One that is missing in between was skipped, and stays so; one that the
 * new source leaves out will be. `4, 7 to 8`; undefined where none is, or where the list cannot be read.
 */
export function skippedText(told: MigrationsAnswer, known: PendingKnown): string | undefined {
  const holes = told instanceof Error ? [] : stateOf(told.applied).holes;
  const all = [...holes, ...((known.known && known.leftOut) || [])];
  const texts = all.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  return texts.length === 0 ? undefined : texts.join(", ");
}

export function holeFindings(told: MigrationsAnswer, known: PendingKnown, isMeant: boolean): readonly Finding[] {
  if (told instanceof Error) return [notChecked("which migrations are applied", told.message)];
  const skipped = skippedText(told, known);
  if (skipped === undefined) return [ok("migrations-whole", "no migration was skipped")];
  const text = `skipped migrations: ${skipped}`;
  if (isMeant) return [warn("migrations-skipped", text)];
  return [block("migrations-skipped", text, ["vulcan-ops migrate status", "the same command with --despite-hole"])];
}
