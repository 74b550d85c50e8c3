import type { Failure } from "../action.ts";

/** The seven documented phases of an upgrade, in their order. */
export const PHASES = ["push", "image", "task start", "migrations", "health check", "drain", "old tasks stop"] as const;

/** 1 to 7. */
export type Phase = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** `PHASE 4 (migrations)` */
export const phaseText = (phase: Phase): string => `PHASE ${phase} (${PHASES[phase - 1]})`;

/** Where it has both, both are needed. */
interface Sign {
  readonly phase: Phase;
  readonly reasons?: readonly string[];
  /** What the failure's text or a line of its evidence says. */
  readonly says?: RegExp;
}

/** ECS's own words on why a task stopped: `3 × CannotPullContainerError: …`. */
const stopped = (words: string): RegExp => new RegExp(`^\\d+ × .*(?:${words})`, "i");

/** What shows the phase, the surest first: a task that fails its migrations fails its health check as well. */
const SIGNS: readonly Sign[] = [
  { phase: 6, reasons: ["still-draining"], says: /\b\d+ tasks? of \S+ (?:is|are) (?:RUNNING|DEACTIVATING)\b/ },
  { phase: 7, reasons: ["still-draining"], says: /\b\d+ tasks? of \S+ (?:is|are) (?:STOPPING|DEPROVISIONING)\b/ },
  { phase: 6, reasons: ["still-draining"] },
  { phase: 4, says: /Migration failed version=|\bwaits for \w+ on .+ behind / },
  { phase: 2, says: stopped("manifest unknown|CannotPull\\w*Error.*not found|exec format error|matching platform") },
  { phase: 3, says: stopped("CannotPull|ResourceInitializationError|CannotCreateContainer|CannotStartContainer") },
  { phase: 3, says: /\bunable to (?:consistently start|place)\b/ },
  { phase: 5, says: stopped("health check") },
  { phase: 3, reasons: ["task-cannot-start", "task-exits"] },
  { phase: 5, reasons: ["health-failing"] },
  // An old task that is protected is no cause of what befalls the new ones.
  { phase: 6, says: /^\d+ tasks? (?:is|are) protected: / },
];

/** The phase in which an upgrade failed; undefined where nothing shows it. */
export function phaseOf({
  reason,
  text = "",
  evidence,
}: Pick<Failure, "reason" | "evidence"> & Partial<Pick<Failure, "text">>): Phase | undefined {
  const shows = ({ reasons, says }: Sign) =>
    reasons?.includes(reason) !== false && (says === undefined || [text, ...evidence].some((line) => says.test(line)));
  return SIGNS.find(shows)?.phase;
}
