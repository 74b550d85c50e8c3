import type { HistoryRow, Service, ServiceRevision, TaskDefinition } from "../../aws/shapes.ts";
import type { Finding } from "../../domain/operation.ts";
import type { World } from "../world.ts";

/** What a revert is about. What not every check needs is read by the first that asks, once for all of them. */
export interface Subject {
  readonly service: Service;
  /** The revision to return to. */
  readonly wanted: TaskDefinition;
  readonly cluster: string;
  /** Epoch ms of the clock. */
  readonly now: number;
  /** What the service runs; rejects where ECS does not know it any more. */
  current(): Promise<TaskDefinition>;
  history(): Promise<readonly HistoryRow[]>;
  /** As the newest deployment of that task definition brought it; undefined where the history does not tell. */
  brought(taskDefinition: string): Promise<ServiceRevision | undefined>;
}

/** One thing to look at before a revert. Independent of the others: it may be late or fail without holding them up. */
export interface RevertCheck {
  /** Completes the sentence "not checked: …". */
  readonly asks: string;
  /** Its answer is as good once the revert has been sent: what was late then finishes during the wait. */
  readonly keeps?: true;
  look(subject: Subject, world: World): Promise<readonly Finding[]>;
}

const level =
  (level: Finding["level"]) =>
  (code: string, text: string, next?: readonly string[]): Finding => ({ level, code, text, ...(next && { next }) });

export const ok = level("ok");
export const warn = level("warn");
export const block = level("block");

/** Something that could not be looked at: worth knowing, never in the way. */
export const notChecked = (what: string, why: string): Finding => warn("not-checked", `not checked: ${what} (${why})`);

export const isUnseen = ({ code }: Finding): boolean => code === "not-checked";

/** `1 migration`, `2 migrations` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
