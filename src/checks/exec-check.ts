import type { ContainerChoice } from "../aws/application-container.ts";
import type { Service } from "../domain/aws/ecs.ts";
import type { ContainerSetup, DefinitionSetup, ExecContainer, ExecTask } from "../domain/aws/setup.ts";
import type { Finding } from "../domain/operation.ts";
import type { World } from "../domain/services.ts";
import type { Target } from "../domain/target.ts";

/** What a command in a container is about. Everything is read by the first check that asks, once for all of them. */
export interface Subject {
  readonly target: Target;
  service(): Promise<Service>;
  /** Its running tasks of the revision that it is to run. */
  tasks(): Promise<readonly ExecTask[]>;
  definition(): Promise<DefinitionSetup>;
  choice(): Promise<ContainerChoice>;
  /** Where the command would run; rejects where that cannot be told, and says why. */
  place(): Promise<Place>;
  /** That container as its revision defines it; rejects like `place`. */
  container(): Promise<ContainerSetup>;
}

export interface Place {
  readonly task: ExecTask;
  readonly container: ExecContainer;
}

/** One thing to look at before a command is run. Independent of the others: it may be late or fail by itself. */
export interface ExecCheck {
  /** Completes the sentence "not checked: …". */
  readonly asks: string;
  look(subject: Subject, world: World): Promise<readonly Finding[]>;
}

/** Runs the same command in a task of its own, for which none of this is needed. */
export const BY_TASK = "vulcan-ops migrate down … --via task";

/** What makes the command impossible, and what to type instead. */
export const block = (code: string, text: string, ...next: readonly string[]): Finding => ({
  level: "block",
  code,
  text,
  next,
});
