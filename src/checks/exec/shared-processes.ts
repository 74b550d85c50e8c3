import type { DefinitionSetup } from "../../domain/aws/setup.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../exec-check.ts";

export const sessions: ExecCheck = {
  asks: "whether the containers share one session",
  look: async (subject) => [judgeSessions(await subject.definition())],
};

/** ECS Exec has one session for each PID namespace (ECS Exec, considerations). */
export function judgeSessions({ pidMode }: DefinitionSetup): Finding {
  if (pidMode === undefined) return ok("exec-session-own", "each container has its own processes, and its own session");
  const text = `the containers share their processes (pidMode ${pidMode}): one session at a time, whoever's it is`;
  return warn("exec-session-shared", text);
}
