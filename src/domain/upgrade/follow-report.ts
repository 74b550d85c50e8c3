import type { ExitCode } from "../exit-codes.ts";
import type { PhaseProgress } from "./phase-progress.ts";
import { PHASES, type Phase, phaseText } from "./phases.ts";
import type { UpgradeVerdict } from "./verdicts.ts";

/** A deployment as `upgrade --follow` sees it at one moment. */
export interface FollowReport {
  /** Epoch ms. */
  readonly at: number;
  readonly cluster: string;
  readonly service: string;
  /** `1.42.1 (:42) → 2.0.0 (:43)` */
  readonly change: string;
  /** RFC 3339: when the deployment began. */
  readonly began: string;
  /** Empty where no deployment is in flight. */
  readonly phases: readonly PhaseProgress[];
  /** Why the newest read failed, and since when. */
  readonly trouble?: string;
  readonly end?: FollowEnd;
}

/** How it ended, or how the last deployment did where none is in flight. */
export interface FollowEnd {
  readonly verdict: UpgradeVerdict["verdict"];
  readonly phase?: Phase;
  readonly exitCode: ExitCode;
  readonly reason: string;
  readonly text: string;
  /** What users get now. */
  readonly serving?: string;
  readonly evidence: readonly string[];
  readonly next: readonly string[];
}

/** `FAILED IN PHASE 4 (migrations)` */
export const verdictText = ({ verdict, phase }: Pick<FollowEnd, "verdict" | "phase">): string =>
  phase === undefined || verdict === "UPGRADED" ? verdict : `${verdict} IN ${phaseText(phase)}`;

/** As data, for `--output json`: times in RFC 3339. `verdict` is null while the deployment continues. */
export function followData({ at, cluster, service, change, began, phases, trouble, end }: FollowReport) {
  return {
    schemaVersion: 1,
    at: new Date(at).toISOString(),
    cluster,
    service,
    inFlight: phases.length > 0,
    change,
    began,
    verdict: end?.verdict ?? null,
    phase: end?.phase ?? null,
    exitCode: end?.exitCode ?? null,
    reason: end?.reason ?? null,
    text: end?.text ?? trouble ?? "",
    serving: end?.serving ?? null,
    phases: phases.map(phaseData),
    evidence: end?.evidence ?? [],
    next: end?.next ?? [],
  };
}

function phaseData({ phase, state, since, seconds, sentence, until, details }: PhaseProgress) {
  return {
    phase,
    name: PHASES[phase - 1],
    state,
    since: since ?? null,
    seconds: seconds ?? null,
    sentence,
    until: until ?? null,
    details,
  };
}
