import { redactText } from "../redact.ts";
import { sanitise } from "../sanitise.ts";

/** When people are told of an execution. */
export const NOTICE_MOMENTS = ["begin", "question", "outcome"] as const;
/** A test is of no execution. */
export type NoticeMoment = (typeof NOTICE_MOMENTS)[number] | "test";

/** What a template may name, each with what it holds. An empty text is a fact that there is none of. */
export const NOTICE_FIELDS = {
  execution: "id of the execution",
  did: "begun, resumed or undo begun",
  title: "title of the runbook",
  runbook: "id of the runbook",
  target: "name of the target",
  service: "ECS service",
  cluster: "ECS cluster",
  account: "AWS account",
  region: "AWS region",
  place: "environment, service, account and region",
  operator: "who runs it",
  host: "on which machine",
  reason: "--reason",
  emergency: "--emergency",
  step: "id of the step that asks",
  outcome: "what came of it, in one sentence",
  status: "done, failed, declined, guarded, unknown, interrupted or undone",
  exitCode: "exit code",
  unfinished: "what is not put back",
  next: "the command to type next",
} as const satisfies Readonly<Record<string, string>>;

export type NoticeField = keyof typeof NOTICE_FIELDS;
export type NoticeFields = Readonly<Record<NoticeField, string>>;

/**
 * What a notice asks of its readers. `news`: nothing. `asks`: an answer at the terminal. `fails`: a person has to look.
 * `well`: what was reported as open before is closed.
 */
export type NoticeUrgency = "news" | "asks" | "fails" | "well";

/** One message about an execution, before it has words. No text of a container, of a query or of a server is in it. */
export interface Notice {
  readonly moment: NoticeMoment;
  readonly urgency: NoticeUrgency;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Differs for each notice: letters, digits and hyphens, at most 64. */
  readonly key: string;
  /** Serves fewer tasks than usual, or is not known: the worst of what fails. */
  readonly isCritical: boolean;
  /** An earlier process may have reported this execution as open. */
  readonly isContinued: boolean;
  readonly fields: NoticeFields;
}

/** A notice that did not reach a channel, or perhaps not. */
export interface LostNotice {
  readonly moment: NoticeMoment;
  /** Name of the channel: `Slack`, `PagerDuty`. */
  readonly by: string;
  /** Part of a sentence, without an address. */
  readonly why: string;
  /** Not known: the service may have taken it. */
  readonly isDoubtful?: true;
}

/** Tells people of an execution. No call throws, and none waits for a channel but `settled`. */
export interface Notices {
  /** Names of the channels. */
  readonly by: readonly string[];
  tell(notice: Notice): void;
  /** What was lost so far. Waits for open messages, each of which has its own limit of a few seconds. */
  settled(): Promise<readonly LostNotice[]>;
}

/** `the notice of the outcome did not reach PagerDuty: it answered 403` */
export function lostText({ moment, by, why, isDoubtful }: LostNotice): string {
  const what = { begin: "of the start", question: "of an open question", outcome: "of the outcome", test: "of a test" }[
    moment
  ];
  const how = isDoubtful === true ? "may not have reached" : "did not reach";
  return `the notice ${what} ${how} ${by}: ${why}`;
}

/** The notice as it may leave this machine: no secrets, no control characters. */
export function fitToSend(notice: Notice): Notice {
  const entries = Object.entries(notice.fields).map(([name, value]) => [name, redactText(sanitise(value))]);
  return { ...notice, fields: Object.fromEntries(entries) as NoticeFields };
}
