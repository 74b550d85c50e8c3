import type { Intent, IntentKind } from "../vulcan/sql/intents.ts";
import { found, heldBefore, isExisting, isUnseen, type Judgement, namesOf, type Observed } from "./judgement.ts";

/** What the words of a statement mean for the old image, confirmed or acquitted by what was seen. */
export function judgeIntents(seen: Observed): readonly Judgement[] {
  return seen.intents.flatMap((intent) => JUDGES[intent.kind]?.(intent, seen) ?? []);
}

type Judge = (intent: Intent, seen: Observed) => readonly Judgement[];

const existing =
  (judge: Judge): Judge =>
  (intent, seen) =>
    isExisting(seen, intent) ? judge(intent, seen) : [];

const always =
  (rule: Judgement["rule"], verb: string): Judge =>
  ({ object }) => [found(rule, `${verb} ${object}`)];

/** What runs shows what it drops and renames: the words count only where it did not run. */
const unlessRun =
  (judge: Judge): Judge =>
  (intent, seen) =>
    seen.trial.effects === undefined && isExisting(seen, intent) ? judge(intent, seen) : [];

const isScanned = (seen: Observed): boolean => seen.scanned.length > 0;
/** The statement failed on a row: it has read them. */
const failedOnRows = ({ trial: { error } }: Observed): boolean => error?.code.startsWith("23") === true;

const narrows = ({ object }: Intent): Judgement =>
  found("narrows-for-old-image", `${object}: writes that the old image makes have to fit`);

const validating: Judge = (intent, seen) => {
  if (isUnseen(seen)) return [found("constraint-validating", `${intent.object}: may read every row`)];
  if (seen.trial.effects === undefined && !failedOnRows(seen)) return [];
  const reads = isScanned(seen) ? `reads every row of ${namesOf(seen.scanned)}` : "reads rows until one does not fit";
  const isChecked = isScanned(seen) || failedOnRows(seen);
  return [...(isChecked ? [found("constraint-validating", `${intent.object}: ${reads}`)] : []), narrows(intent)];
};

const building: Judge = (intent) =>
  intent.isCheap ? [narrows(intent)] : [found("unique-builds-index", `${intent.object}: builds its index`)];

const JUDGES: Readonly<Partial<Record<IntentKind, Judge>>> = {
  "add-column": (intent, seen) => {
    const { effects, error } = seen.trial;
    if (error?.code === "23502") return [found("add-not-null-without-default", `adds ${intent.object}, required`)];
    const isRewritten = effects?.rewritten.includes(intent.relation) === true;
    return isRewritten ? [found("add-column-rewrite", `${intent.object}: every row is written anew`)] : [];
  },
  "alter-type": existing((intent, seen) => {
    if (isUnseen(seen)) return [found("alter-type-rewrite", `${intent.object}: may rewrite every row`)];
    const isRewritten = seen.trial.effects?.rewritten.includes(intent.relation) === true;
    if (!isRewritten && !isScanned(seen)) return [];
    return [found("alter-type-rewrite", `${intent.object}: ${isRewritten ? "rewrites" : "reads"} every row`)];
  }),
  "set-not-null": existing((intent, seen) => {
    if (isUnseen(seen)) return [found("set-not-null-scan", `${intent.object}: may read every row`)];
    if (!isScanned(seen) && !failedOnRows(seen)) return [narrows(intent)];
    return [found("set-not-null-scan", `${intent.object}: reads every row`)];
  }),
  "add-check": existing(validating),
  "add-foreign-key": existing(validating),
  "add-not-null": existing(validating),
  "add-domain-check": validating,
  "add-unique": existing(building),
  "add-primary-key": existing(building),
  "add-exclusion": existing(building),
  validate: existing((intent, seen) => {
    const held = heldBefore(seen.course, "ShareRowExclusive").includes(intent.relation);
    return held ? [found("validate-in-same-transaction", `${intent.relation} is locked by a statement before`)] : [];
  }),
  "attach-partition": existing((_, seen) =>
    isScanned(seen) ? [found("partition", `ATTACH reads every row of ${namesOf(seen.scanned)}`)] : [],
  ),
  "detach-partition": existing(always("partition", "detaches a partition of")),
  "create-index": existing((intent) => {
    if (intent.isConcurrent)
      return intent.isIfNotExists ? [found("concurrently-if-not-exists", `creates ${intent.object}`)] : [];
    return [found("index-on-existing-table", `${intent.object}: writes to ${intent.relation} wait for its build`)];
  }),
  "create-trigger": existing(always("trigger", "creates")),
  "create-unlogged": always("unlogged", "creates"),
  "create-extension": () => [],
  "drop-table": unlessRun(always("drop-table", "drops")),
  "drop-view": unlessRun(always("drop-view", "drops")),
  "drop-column": unlessRun(always("drop-column", "drops")),
  "drop-index": unlessRun((intent) => (intent.isConcurrent ? [] : [found("drop-index", `drops ${intent.object}`)])),
  "rename-table": unlessRun(always("rename-table", "renames or moves")),
  "rename-column": unlessRun(always("rename-column", "renames")),
  "rename-value": always("rename-value", "renames a value of"),
  rebuild: (intent) => (intent.isConcurrent ? [] : [found("rebuild", intent.object)]),
  "update-all": existing(always("rows-all", "changes every row of")),
  "delete-all": existing(always("rows-all", "deletes every row of")),
  truncate: existing(always("truncate", "empties")),
  "lock-table": existing(always("lock-table", "locks")),
  write: (intent) => (intent.relation === "migrations" ? [found("touches-migrations-table", "writes it")] : []),
  transaction: always("transaction-control", "the text has"),
  dynamic: always("cannot-read", "what it does is not in its text:"),
  "not-repeatable": ({ object }) => [found("not-repeatable", object)],
};
