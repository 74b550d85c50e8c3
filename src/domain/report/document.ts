import type { Status } from "../execution-event.ts";
import type { Json } from "../json.ts";
import type { Series } from "../kept-series.ts";
import type { Finding } from "../operation.ts";
import type { ConfirmedBy, Phase } from "../plan.ts";

/** `external`: for readers outside, without people, accounts, addresses and ids of AWS. */
export const AUDIENCES = ["internal", "external"] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What a ticket or a review needs of one execution, or of all in a span of time. A serialisable value. */
export interface ReportDocument {
  readonly schemaVersion: 1;
  readonly audience: Audience;
  /** `Roll back → 1.42.0 on vulcan-prod` */
  readonly title: string;
  /** RFC 3339, UTC, as every moment here. */
  readonly madeAt: string;
  /** Release that made it. */
  readonly version: string;
  /** IANA zone that stands beside UTC. */
  readonly zone: string;
  readonly place: ReportPlace;
  readonly span: { readonly from: string; readonly to: string };
  /** The sentence of each execution's outcome, oldest first. */
  readonly summary: readonly string[];
  readonly durations: readonly Duration[];
  readonly timeline: readonly Moment[];
  readonly executions: readonly ExecutionPart[];
  /** Where log lines of that time are; the report has none of them. */
  readonly logs: readonly LogSpan[];
  readonly series: readonly Series[];
  /** What could not be read, or was not measured, and why. */
  readonly unread: readonly UnreadPart[];
  /** What the audience is not shown. */
  readonly leftOut: readonly string[];
}

export interface ReportPlace {
  readonly target: string;
  readonly service: string;
  /** `PRODUCTION`, `SANDBOX (127.0.0.1:4566)` or the target's name. */
  readonly environment: string;
  readonly account?: string;
  readonly region?: string;
}

export interface Duration {
  readonly id: "detect" | "decide" | "restore" | "total" | "rto" | "rpo";
  /** `Time to decide` */
  readonly title: string;
  /** Absent where it is not known. */
  readonly seconds?: number;
  /** From what to what; or why it is not known. */
  readonly text: string;
}

/** Something that happened. */
export interface Moment {
  readonly at: string;
  readonly source: "execution" | "alarm" | "deployment" | "service" | "note";
  readonly execution?: string;
  readonly text: string;
  /** Who did it, or noted it. */
  readonly by?: string;
}

export interface ExecutionPart {
  readonly id: string;
  readonly runbook: string;
  readonly statedReason?: string;
  /** Why it waited for no approval and no open calendar. */
  readonly emergency?: string;
  readonly startedAt: string;
  /** Its last record. */
  readonly lastAt: string;
  /** `no end on record`: it runs, or its process died. */
  readonly status: Status | "no end on record";
  readonly exitCode?: number;
  readonly outcome: string;
  readonly people: readonly Person[];
  readonly requests: readonly RequestPart[];
  readonly changes: readonly ChangePart[];
  readonly checks: readonly CheckPart[];
  readonly proofs: readonly ProofPart[];
  /** Each with its step, where it is one. */
  readonly unproven: readonly string[];
  readonly unfinished: readonly UnfinishedPart[];
  readonly reminders: readonly string[];
  /** Messages to people that did not arrive, or perhaps not. */
  readonly lostNotices?: readonly string[];
}

export interface Person {
  readonly at: string;
  /** `planned`, `approved`, `began`, `resumed` or `undid` it, or `took over`. */
  readonly did: string;
  readonly operator?: string;
  readonly host?: string;
  /** ARN of the credentials. */
  readonly principal?: string;
  readonly source?: string;
}

export interface RequestPart {
  readonly at: string;
  readonly step: string;
  readonly phase: Phase;
  readonly title: string;
  /** `ecs:UpdateService` */
  readonly operation: string;
  readonly how: ConfirmedBy;
  readonly requestId?: string;
  /** No answer came; reading showed that it had taken effect. */
  readonly isAdopted?: boolean;
  /** The same as a line for the AWS CLI; absent where there is none. */
  readonly awsCli?: string;
  /** What came of it. */
  readonly result: string;
}

export interface ChangePart {
  readonly step: string;
  readonly phase: Phase;
  readonly subject: string;
  readonly property: string;
  readonly before: Json;
  readonly after: Json;
}

export interface CheckPart extends Pick<Finding, "level" | "code" | "text"> {
  readonly step: string;
}

export interface ProofPart {
  readonly at: string;
  readonly step: string;
  readonly text: string;
}

export interface UnfinishedPart {
  readonly text: string;
  /** Puts it back. */
  readonly command?: string;
}

export interface LogSpan {
  readonly group: string;
  readonly streamPrefix: string;
  readonly from: string;
  readonly to: string;
}

export interface UnreadPart {
  readonly what: string;
  readonly why: string;
}
