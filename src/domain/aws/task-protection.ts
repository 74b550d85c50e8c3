import { commandLine } from "../command-line.ts";
import { block, counted, notChecked, warn } from "../finding.ts";
import type { Finding } from "../operation.ts";
import { utcTime } from "../time.ts";
import type { ProtectedTask } from "./reads.ts";

/** `2 tasks are protected: 4f2a (until 2026-04-10 05:00:00Z), 9c1e` */
export function protectedWords(tasks: readonly ProtectedTask[]): string {
  const names = tasks.map(({ id, until }) => (until === undefined ? id : `${id} (until ${utcTime(until)})`));
  return `${counted(tasks.length, "task")} ${tasks.length === 1 ? "is" : "are"} protected: ${names.join(", ")}`;
}

/** The line that lifts the protection of these tasks by hand, once their work has ended. */
export const liftLine = (cluster: string, tasks: readonly ProtectedTask[]): string =>
  commandLine`aws ecs update-task-protection --cluster ${cluster} --tasks ${tasks.map(({ id }) => id)} --no-protection-enabled`;

/** The service's protected tasks, or why they are not known. */
export type Protected = readonly ProtectedTask[] | Error;

const unread = ({ message }: Error): Finding => notChecked("whether tasks are protected against scaling in", message);

/** ECS stops no protected task for scale-in or a deployment. A step that needs them to stop would wait in vain. */
export function blockingProtection(tasks: Protected, cluster: string): Finding[] {
  if (tasks instanceof Error) return [unread(tasks)];
  if (tasks.length === 0) return [];
  const text = `ECS does not stop protected tasks, neither to scale in nor for a deployment; ${protectedWords(tasks)}`;
  return [
    block("tasks-protected", text, ["the same command once their protection has ended", liftLine(cluster, tasks)]),
  ];
}

/** A warning for operators who continue in spite of it. */
export function slowingProtection(tasks: Protected, what: string): Finding[] {
  if (tasks instanceof Error) return [unread(tasks)];
  return tasks.length === 0 ? [] : [warn("tasks-protected", `${what}; ${protectedWords(tasks)}`)];
}
