import { notChecked, ok, warn } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { Expansion } from "../../domain/migrations/expansion.ts";
import type { Finding } from "../../domain/operation.ts";
import { currentOf, historyOf, type RollbackCheck, type RollbackSubject } from "../rollback-subject.ts";
import { labelOf, type SchemaEvidence, servedUntil, since } from "./migrations-since.ts";
import { expandsOnly } from "./schema-compatibility.ts";

/** In the words of the caution that the question repeats then: both are one row. */
const UNSEEN = "the schema may not fit";

const ASKS = "which migrations were applied since that revision last ran";

export const schema: RollbackCheck = {
  id: "schema",
  question: ASKS,
  validAfterSend: true,
  async run(subject) {
    const { wanted, service, target, vulcan } = subject;
    const [applied, history, current] = await Promise.all([
      answered(vulcan.migrations()),
      historyOf(subject).catch(() => undefined),
      currentOf(subject).catch(() => undefined),
    ]);
    const until = servedUntil(history ?? [], wanted.name);
    const question = { named: target.container, balancers: service.balancers };
    const [knows, known] = [labelOf(wanted, question), labelOf(current, question)];
    return [
      judgeSchema(subject, {
        applied,
        ...(knows === undefined ? {} : { knows }),
        ...(known === undefined ? {} : { currentKnows: known }),
        ...(until === undefined ? {} : { servedUntil: until }),
        isHistoryUnread: history === undefined,
      }),
    ];
  },
};

function answered(asking: Promise<readonly AppliedMigration[]>): Promise<SchemaEvidence["applied"]> {
  return asking.then(
    (list) => ({ list }),
    (error: Error) => ({ why: error.message }),
  );
}

/** The one sentence about the schema; it always says how it is known, and that the judgement is by description. */
export function judgeSchema({ wanted: { name } }: Pick<RollbackSubject, "wanted">, evidence: SchemaEvidence): Finding {
  const newer = since(name, evidence);
  if (newer.kind === "unseen") return { ...notChecked(ASKS, newer.why), title: UNSEEN };
  if (newer.kind === "count")
    return warn(
      "schema-unknown",
      `whether ${name} works with the schema is unknown: ${newer.text} (${newer.how}). ${ORDER}`,
    );
  const { list, how } = newer;
  if (list.length === 0) return ok("schema-same", `no migration since ${name} last ran (${how})`);
  const summary = `newer: ${list.map(titled).join(", ")}`;
  return VERDICTS[worst(list)](name, summary, `${how}; judged by description alone`);
}

/** Why a plain `migrate down` afterwards would fail, or be undone at once (reference: ecs.md §0, fact 10). */
const ORDER =
  "To roll it back: vulcan-ops migrate down. The new image has the Down code, and its tasks migrate again when they start";

const VERDICTS: Readonly<Record<Expansion, (name: string, summary: string, how: string) => Finding>> = {
  compatible: (_name, summary, how) => ok("schema-compatible", `${summary}; looks additive by description (${how})`),
  breaking: (name, summary, how) =>
    warn("schema-breaking", `the schema is too new for ${name}: ${summary}; breaks older code (${how}). ${ORDER}`),
  unknown: (name, summary, how) =>
    warn("schema-unknown", `whether ${name} works with the schema is unknown: ${summary} (${how}). ${ORDER}`),
};

function worst(list: readonly AppliedMigration[]): Expansion {
  const verdicts = list.map(({ description }) => expandsOnly(description));
  return (["breaking", "unknown"] as const).find((verdict) => verdicts.includes(verdict)) ?? "compatible";
}

const titled = ({ version, description }: AppliedMigration): string => `${version} “${description}”`;
