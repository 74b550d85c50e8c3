import type { Failure } from "../action.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { phaseOf, phaseText } from "./phases.ts";

/** How an upgrade can end. */
export interface UpgradeVerdict {
  readonly verdict: "UPGRADED" | "FAILED" | "ROLLED BACK BY ECS" | "SUPERSEDED" | "STUCK" | "LEFT";
  /** Reasons of failures that give it. FAILED has all the others. */
  readonly reasons: readonly string[];
  readonly exit: ExitCode;
  readonly means: string;
  readonly evidence: string;
  readonly next: string;
  /** The same after `--follow`, which has no execution to resume or to undo. */
  readonly nextOfFollow: string;
}

/** docs/upgrade.md shows this table. */
export const UPGRADE_VERDICTS: readonly UpgradeVerdict[] = [
  {
    verdict: "UPGRADED",
    reasons: [],
    exit: EXIT.done,
    means: "the new release serves on every task, and the data is proven",
    evidence: "tasks and targets, gap, migrations, rows, 5xx",
    next: "vulcan-ops watch --for 30m",
    nextOfFollow: "vulcan-ops watch --for 30m",
  },
  {
    verdict: "FAILED",
    reasons: [],
    exit: EXIT.failed,
    means: "phase n failed; the next sentence says what serves",
    evidence: "stop reasons, health, log, who blocks the migration",
    next: "vulcan-ops undo ID",
    nextOfFollow: "vulcan-ops rollback",
  },
  {
    verdict: "ROLLED BACK BY ECS",
    reasons: ["breaker-rollback", "alarm-rollback", "rolled-back"],
    exit: EXIT.failed,
    means: "ECS restored the old release: by its breaker, an alarm, a request",
    evidence: "the same, and who stopped the deployment",
    next: "vulcan-ops",
    nextOfFollow: "vulcan-ops",
  },
  {
    verdict: "SUPERSEDED",
    reasons: ["superseded"],
    exit: EXIT.failed,
    means: "another deployment replaced this one",
    evidence: "the revision that is deploying now",
    next: "vulcan-ops",
    nextOfFollow: "vulcan-ops upgrade --follow",
  },
  {
    verdict: "STUCK",
    reasons: ["still-in-progress", "still-draining", "not-visible"],
    exit: EXIT.unknown,
    means: "the time limit passed; AWS continues",
    evidence: "what is missing, protected tasks",
    next: "vulcan-ops resume ID",
    nextOfFollow: "vulcan-ops upgrade --follow",
  },
  {
    verdict: "LEFT",
    reasons: ["interrupted"],
    exit: EXIT.interrupted,
    means: "Ctrl-C, or a lost terminal; AWS continues",
    evidence: "where it was left",
    next: "vulcan-ops resume ID",
    nextOfFollow: "vulcan-ops upgrade --follow",
  },
];

/** The row of a verdict. */
export const verdictRow = (verdict: UpgradeVerdict["verdict"]): UpgradeVerdict =>
  UPGRADE_VERDICTS.find((row) => row.verdict === verdict) as UpgradeVerdict;

/** The verdict of a failure, by its reason. */
export function verdictOf(reason: string): UpgradeVerdict["verdict"] {
  return UPGRADE_VERDICTS.find(({ reasons }) => reasons.includes(reason))?.verdict ?? "FAILED";
}

/** The failure with its verdict and its phase first: `FAILED IN PHASE 4 (migrations): …`. */
export function withVerdict(failure: Failure): Failure {
  const phase = phaseOf(failure);
  const verdict = [verdictOf(failure.reason), ...(phase === undefined ? [] : ["IN", phaseText(phase)])].join(" ");
  return { ...failure, text: `${verdict}: ${failure.text}` };
}
