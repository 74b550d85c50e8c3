import { LABEL } from "../../checks/revision/migrations-since.ts";
import { expandsOnly } from "../../checks/revision/schema-compatibility.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import { countOf, difference, type Span, stateOf } from "../../domain/migrations/applied.ts";
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
  const { pending } = difference(stateOf(told.applied), newest);
  return { known: true, pending, expansion: worstOf(pending, source) };
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

/** Whether it is known beforehand what the release applies. `proof`: how it is proven, or why not. */
export function pendingFindings(known: PendingKnown, proof: string): readonly Finding[] {
  if (!known.known) return [warn("upgrade-migrations-unknown", `not known beforehand: ${known.why}`)];
  const text = `${countOf(known.pending)} migrations are to be applied`;
  return [ok("upgrade-migrations-known", proof === "" ? text : `${text}; ${proof}`)];
}

/** Vulcan applies migrations one after the other. One that is missing in between was skipped, and stays so. */
export function holeFindings(told: MigrationsAnswer, isMeant: boolean): readonly Finding[] {
  if (told instanceof Error) return [notChecked("which migrations are applied", told.message)];
  const { holes } = stateOf(told.applied);
  if (holes.length === 0) return [ok("migrations-whole", "no migration was skipped")];
  const text = `skipped migrations: ${holes.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ")}`;
  if (isMeant) return [warn("migrations-skipped", text)];
  return [block("migrations-skipped", text, ["vulcan-ops migrate status", "the same command with --despite-hole"])];
}
