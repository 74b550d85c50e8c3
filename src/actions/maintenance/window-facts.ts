import { LABEL } from "../../checks/revision/migrations-since.ts";
import { difference, type Span, stateOf } from "../../domain/migrations/applied.ts";
import type { MigrationsRead } from "../../domain/migrations/reads.ts";
import type { PlanFact } from "../../domain/plan.ts";
import { clockTime } from "../../domain/time.ts";
import { MINUTE } from "../../domain/watch/series.ts";
import type { Window } from "./window.ts";

/** What is known of the migrations that the window applies. */
export interface PendingMigrations {
  readonly told: MigrationsRead | Error;
  /** The newest migration of the revision to deploy, by its label. */
  readonly newest: number | undefined;
  /** The newest migration of the operator's source, where that was given. */
  readonly source?: number | undefined;
  /** The image of a copy that is not registered yet: a label is a revision's. */
  readonly image?: string | undefined;
  /** How the pending ones are proven, or why they are not; empty where none is known. */
  readonly proof?: string;
}

/** When the service is down to one task, in minutes from the beginning: after the baseline, until scaling up. */
const SHRUNK_AFTER = 2;
const GROWN_AFTER = 15;
/** Scaling down and up, a rollout and the drain; the watch comes on top. */
const AROUND = 25;

/** For how long one task serves, which migrations are applied, and when it all ends: by usual durations. */
export function windowFacts(facts: {
  readonly window: Window;
  readonly migrations: PendingMigrations;
  readonly expect: number | undefined;
  readonly watch: number;
  readonly now: number;
}): readonly PlanFact[] {
  const { window, migrations, expect = 0, watch, now } = facts;
  const begins = Math.max(Date.parse(window.opens), now);
  const at = (minutes: number, seconds = 0) => new Date(begins + minutes * MINUTE + seconds * 1000).toISOString();
  const [shrunk, grown, ends] = [at(SHRUNK_AFTER), at(GROWN_AFTER, expect), at(AROUND, expect + watch)];
  const longer = facts.expect === undefined ? "; later by the time the migrations take" : "";
  return [
    { label: "1 task", text: `from ${timeOf(shrunk)} to about ${timeOf(grown)}${longer}`, at: [shrunk, grown] },
    { label: "Migrates", text: migrationsText(migrations) },
    {
      label: "Ends",
      text: `about ${timeOf(ends)}; the window closes at ${timeOf(window.closes)}`,
      at: [ends, window.closes],
    },
  ];
}

/** `03:41Z` */
const timeOf = (instant: string): string => `${clockTime(instant).slice(0, 5)}Z`;

function migrationsText({ told, newest, source, image, proof = "" }: PendingMigrations): string {
  if (told instanceof Error) return `not known: ${told.message}`;
  const state = stateOf(told.applied);
  const has = `the schema is at ${state.newest}`;
  // A label is the revision's, and says nothing of another image.
  const labelled = image === undefined ? newest : undefined;
  const wanted = labelled ?? source;
  if (wanted === undefined)
    return image === undefined
      ? `pending ones are not known: no label ${LABEL} on the revision; ${has}`
      : `pending ones are not known of an image alone; ${has}`;
  const pending = difference(state, wanted).pending.map(spanText).join(", ");
  if (pending === "") return `nothing: ${has}`;
  const by = labelled === undefined ? " by the source" : "";
  return [`${pending}${by}`, has, ...(proof === "" ? [] : [proof])].join("; ");
}

/** Most versions that are written out. */
const FEW = 6;

function spanText({ from, to }: Span): string {
  if (to - from >= FEW) return `${from} to ${to}`;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).join(", ");
}
