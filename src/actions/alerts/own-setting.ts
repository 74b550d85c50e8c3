import type { StepPlan, Verdict } from "../../domain/action.ts";
import type { Deed } from "../../domain/deed.ts";
import { ok, warn } from "../../domain/finding.ts";
import { differing, type JsonObject, sameJson } from "../../domain/json.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionVerifyContext } from "../../domain/services.ts";
import { poll } from "../poll.ts";

/** What an undo gives a step: the settings from before, or `none`; and those that the step had put there. */
export const undoFields = {
  values: { type: "string", required: false, description: "Settings to put back, as JSON, or none; to undo it." },
  still: { type: "string", required: false, description: "Act only while the settings are these, as JSON." },
} as const;

export interface UndoValues {
  readonly values?: string;
  readonly still?: string;
}

/** An alarm, a rule or a rule's target, as AWS has it. */
export interface PresentSetting {
  /** By the names of the request that makes it; absent where there is none. */
  readonly now?: JsonObject | undefined;
  /** It bears our tag for this service. */
  readonly isOurs: boolean;
}

/** One setting of ours, how it is made, and how it is removed. */
export interface OwnSetting {
  /** `alarm vulcan-ops-vulcan-prod-connections` */
  readonly label: string;
  /** What is done to it, as a question and the outcome name it. */
  deed(now: JsonObject | undefined, wanted: JsonObject | undefined): Deed;
  /** The setting in one row. */
  shown(settings: JsonObject): string;
  put(settings: JsonObject, isNew: boolean): Operation;
  remove(): Operation;
  /** Inputs that an undo needs as well. */
  readonly identity: JsonObject;
}

const NONE = "none";
const nothing = { changes: [], findings: [], outputs: {} };

/** What the step wants: the documented setting, or what an undo puts back. Undefined: nothing is to be there. */
export function wantedBy({ values }: UndoValues, documented: JsonObject): JsonObject | undefined {
  return values === undefined ? documented : settingsIn(values);
}

const settingsIn = (text: string): JsonObject | undefined =>
  text === NONE ? undefined : (JSON.parse(text) as JsonObject);

/** A step that leaves what vulcan-ops did not create. */
export const madeElsewhere = (text: string): StepPlan => ({
  ...nothing,
  summary: text,
  findings: [ok("alert-made-elsewhere", text)],
});

/** Makes it, changes it or puts it back. What it did not create, or is changed since, is left and said. */
export function planSetting(
  own: OwnSetting,
  { now, isOurs }: PresentSetting,
  wanted: JsonObject | undefined,
  { still }: UndoValues,
): StepPlan {
  const { label } = own;
  if (now === undefined && wanted === undefined) return { ...nothing, summary: `${label} is gone` };
  if (now !== undefined && !isOurs) return left(label);
  if (sameJson(now, wanted)) return { ...nothing, summary: `${label} is there already` };
  if (still !== undefined && !sameJson(now, settingsIn(still)))
    return { ...nothing, summary: `${label}: another operator has changed it since, so it stays` };
  const operation = wanted === undefined ? own.remove() : own.put(wanted, now === undefined);
  const back = now === undefined ? own.remove() : own.put(now, false);
  const undone = { ...own.identity, values: textOf(now), still: textOf(wanted) };
  return {
    ...nothing,
    summary: summaryOf(own, now, wanted),
    deed: own.deed(now, wanted),
    changes: changesOf(own, now, wanted),
    proposal: {
      operation,
      undo: { kind: "operation", operation: back, with: undone },
      basis: { now: now ?? null },
      consequence: label,
    },
  };
}

const textOf = (settings: JsonObject | undefined): string => (settings === undefined ? NONE : JSON.stringify(settings));

function left(label: string): StepPlan {
  const text = `${label} was not created by vulcan-ops, and stays as it is`;
  return { ...nothing, summary: text, findings: [warn("alert-foreign", text)] };
}

function summaryOf(
  { label, shown, deed }: OwnSetting,
  now: JsonObject | undefined,
  wanted: JsonObject | undefined,
): string {
  if (wanted === undefined) return `${deed(now, wanted).verb} ${label}`;
  return now === undefined
    ? `${label}: ${shown(wanted)}`
    : `${label}: ${differing(now, wanted).join(", ")} as documented`;
}

/** `about`: what it alerts of, `the alert on failed deployments`. */
export const alertDeed =
  (about: string): OwnSetting["deed"] =>
  (now, wanted) => {
    const named = { object: about, isOneOfSeveral: true } as const;
    if (wanted === undefined) return { verb: "delete", past: "deleted", ...named };
    if (now === undefined) return { verb: "create", past: "created", ...named };
    return { verb: "change", past: "changed", ...named };
  };

function changesOf(own: OwnSetting, now: JsonObject | undefined, wanted: JsonObject | undefined) {
  const { label, shown } = own;
  if (now === undefined || wanted === undefined) {
    const text = (settings: JsonObject | undefined) => (settings === undefined ? NONE : shown(settings));
    return [{ subject: label, property: "setting", before: text(now), after: text(wanted) }];
  }
  return differing(now, wanted).map((name) => ({
    subject: label,
    property: name,
    before: now[name] ?? null,
    after: wanted[name] ?? null,
  }));
}

const POLL_MS = 2000;

/** Reads until AWS shows what was wanted. */
export function verifySetting(
  label: string,
  wanted: JsonObject | undefined,
  read: () => Promise<PresentSetting>,
  context: ActionVerifyContext,
): Promise<Verdict> {
  return poll<Verdict>(context, POLL_MS, async () => {
    const { now } = await read();
    if (sameJson(now, wanted)) {
      const text = wanted === undefined ? `${label} is gone` : `${label} is as it was sent`;
      return { end: { kind: "true", text } };
    }
    const how = now === undefined ? "is not there" : "has other settings";
    const text = `AWS took the request, yet ${label} ${how}`;
    return { late: { kind: "false", failure: { reason: "alert-unchanged", text, evidence: [], next: [] } } };
  });
}
