import type { Task } from "../../../domain/aws/ecs.ts";
import { splitByConcern } from "../../../domain/database/locks.ts";
import { counted } from "../../../domain/finding.ts";
import { stateOf } from "../../../domain/migrations/applied.ts";
import { formatDuration } from "../../../domain/time.ts";
import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import { blockLines } from "../../maintenance/lock-waits.ts";
import { latest, newTasks, type PhaseFacts, secondsBetween, WAY_BACK } from "./facts.ts";
import { healthyTasks } from "./health-check.ts";
import { blockedSession, blockersText, type MigrationFacts, waitText } from "./migration-facts.ts";

/** Phase 4: which versions are applied, what runs now and for how long, who blocks it, and when ECS would end it. */
export function migrations(facts: PhaseFacts): PhaseProgress {
  const { migration } = facts;
  const { failed } = migration.log;
  const started = newTasks(facts).filter(({ startedAt }) => startedAt !== undefined);
  if (failed !== undefined) {
    const sentence = [spanText(migration), failed].filter((text) => text !== "").join("; ");
    return { phase: 4, state: "now", sentence, action: WAY_BACK, details: [] };
  }
  if (started.length === 0) return notRunning(facts);
  const since = started.map(({ startedAt = "" }) => startedAt).sort()[0];
  const blocked = blockedSession(migration.sessions);
  const isDone = blocked === undefined && (migration.log.isComplete || serves(facts, started));
  if (isDone) return done(facts, since);
  const until = killedAt(facts, started);
  const common = {
    phase: 4,
    ...(since && { since: migration.log.running?.at ?? since }),
    ...(until && { until }),
  } as const;
  if (blocked !== undefined) {
    const what = migration.log.running === undefined ? "a session" : runningText(migration);
    return {
      ...common,
      state: "now",
      sentence: `${what} ${waitText(blocked)}`,
      action: `end ${blockersText(blocked)}`,
      details: blockLines(splitByConcern(migration.sessions).concerned),
    };
  }
  if (migration.log.running === undefined && migration.applied === undefined)
    return { ...common, state: "unseen", sentence: unseenText(migration), details: [] };
  return { ...common, state: "now", sentence: runningText(migration), details: [] };
}

/** No new task runs: it has not begun, or the tasks that migrated are gone. */
function notRunning(facts: PhaseFacts): PhaseProgress {
  const { migration } = facts;
  if (ownMigrations(facts).length > 0 && migration.lastWait === undefined) return done(facts, undefined);
  const texts = [beforeText(migration), migration.lastWait ?? ""].filter((text) => text !== "");
  return { phase: 4, state: "ahead", sentence: texts.join("; "), details: [] };
}

const ownMigrations = ({ migration, began }: PhaseFacts) =>
  (migration.applied ?? []).filter(({ appliedAt = "" }) => appliedAt >= began);

/** Vulcan listens only once its migrations are applied. */
const serves = (facts: PhaseFacts, started: readonly Task[]): boolean =>
  started.some(({ health }) => health === "HEALTHY") || healthyTasks(facts).length > 0;

function done(facts: PhaseFacts, since: string | undefined): PhaseProgress {
  const { migration } = facts;
  const own = ownMigrations(facts);
  const end = latest(own.map(({ appliedAt }) => appliedAt));
  const seconds = since === undefined || end === undefined || end < since ? 0 : (secondsBetween(since, end) ?? 0);
  const common = { phase: 4, state: "done", ...(since && { since }), seconds, details: [] } as const;
  const { applied, before } = migration;
  if (applied === undefined) return { ...common, sentence: `complete; versions ${unseenText(migration)}` };
  const { newest } = stateOf(applied);
  if (own.length === 0) return { ...common, sentence: `none to apply: ${newest} is the newest` };
  const ms = own.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
  const took = ms === 0 ? "" : ` in ${ms < 1000 ? `${Math.round(ms)} ms` : formatDuration(ms / 1000)}`;
  return {
    ...common,
    sentence: `${before === undefined ? "" : `${before} → `}${newest}: ${counted(own.length, "migration")} applied${took}`,
  };
}

const beforeText = ({ before, applied }: MigrationFacts): string => {
  const version = before ?? (applied === undefined ? undefined : stateOf(applied).newest);
  return version === undefined ? "" : `${version} is the newest`;
};

/** `6 → 7; version 8 “Add x”` */
function runningText(migration: MigrationFacts): string {
  const { running } = migration.log;
  if (running === undefined) return spanText(migration) || beforeText(migration) || "no version is known";
  const { version, description } = running;
  const name = `version ${version}${description === "" ? "" : ` “${description}”`}`;
  return [spanText(migration), name].filter((text) => text !== "").join("; ");
}

/** `6 → 7`, as far as it has come; empty where nothing was applied. */
function spanText({ before, applied }: MigrationFacts): string {
  const newest = applied === undefined ? undefined : stateOf(applied).newest;
  return newest === undefined || before === undefined || newest === before ? "" : `${before} → ${newest}`;
}

const unseenText = ({ unread }: MigrationFacts): string => `not visible${unread === undefined ? "" : `: ${unread}`}`;

/** The first task that is not healthy in time is stopped, and what it migrates with it. */
function killedAt({ setup }: PhaseFacts, started: readonly Task[]) {
  const { killSeconds } = setup;
  const [first] = started
    .filter(({ health }) => health !== "HEALTHY")
    .map(({ startedAt = "" }) => startedAt)
    .sort();
  if (killSeconds === undefined || first === undefined) return undefined;
  const at = new Date(Date.parse(first) + killSeconds * 1000).toISOString();
  return { at, what: "ECS stops the task" };
}
