import type { Notice } from "./notice.ts";

/** One event of PagerDuty's Events API v2, without its key. [D: Send an Alert Event, Send a Change Event] */
export type PageEvent =
  | { readonly kind: "change"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "alert"; readonly body: Readonly<Record<string, unknown>> };

/** PagerDuty cuts a summary after so many characters. [D] */
const MOST_SUMMARY = 1024;

/** All alerts of one execution are one incident. */
export const dedupKey = (execution: string): string => `vulcan-ops/${execution}`;

/**
 * The events of a notice. What needs no one is a change event, which pages no one. What asks for a person
 * triggers the execution's one alert, and the end that closes it resolves it.
 */
export function pageEvents(notice: Notice, summary: string, isRehearsal: boolean, hasTriggered: boolean): PageEvent[] {
  const { urgency, isContinued } = notice;
  if (urgency === "asks" || urgency === "fails") return [alert(notice, summary, isRehearsal)];
  const isOpen = hasTriggered || isContinued;
  return [change(notice, summary), ...(urgency === "well" && isOpen ? [resolution(notice)] : [])];
}

function severityOf({ urgency, isCritical }: Notice, isRehearsal: boolean): string {
  if (isRehearsal) return "info";
  if (isCritical) return "critical";
  return urgency === "fails" ? "error" : "warning";
}

const alert = (notice: Notice, summary: string, isRehearsal: boolean): PageEvent => ({
  kind: "alert",
  body: {
    event_action: "trigger",
    dedup_key: dedupKey(notice.fields.execution),
    client: "vulcan-ops",
    payload: {
      ...commonPayload(notice, summary),
      severity: severityOf(notice, isRehearsal),
      component: notice.fields.service,
      group: notice.fields.target,
      class: notice.moment,
    },
  },
});

const resolution = ({ fields }: Notice): PageEvent => ({
  kind: "alert",
  body: { event_action: "resolve", dedup_key: dedupKey(fields.execution) },
});

const change = (notice: Notice, summary: string): PageEvent => ({
  kind: "change",
  body: { payload: commonPayload(notice, summary) },
});

function commonPayload({ at, fields }: Notice, summary: string) {
  const { execution, runbook, operator, reason, status, unfinished, next } = fields;
  const details = { execution, runbook, operator, reason, status, unfinished, next };
  return {
    summary: summary.slice(0, MOST_SUMMARY),
    source: fields.place,
    timestamp: at,
    custom_details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== "")),
  };
}
