import { READS } from "../../domain/aws/iam-actions.ts";
import { NOTHING_SENT, OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Gateway } from "../../domain/ports.ts";
import { actionOf, type Watchable } from "./request-recorder.ts";

/** It changes nothing. It is no read for `doctor` to try and for every policy to have: only settings call for it. */
const SECRET_READ = "secretsmanager:GetSecretValue";

const ALLOWED: ReadonlySet<string> = new Set([...READS.map(({ action }) => action), SECRET_READ]);

type Next = (args: unknown) => Promise<unknown>;

/** Makes the client refuse, before it sends anything, every action that is not on the list of reads. */
export function blockWrites(client: Watchable): void {
  const middleware = (next: Next, context: { readonly clientName?: string; readonly commandName?: string }) => {
    const action = actionOf(context.clientName ?? "", context.commandName ?? "");
    return async (args: unknown) => {
      if (!ALLOWED.has(action)) throw refusedWrite(action);
      return next(args);
    };
  };
  client.middlewareStack.add(middleware, { name: "blockWrites", step: "initialize", priority: "high" });
}

/** Refuses every operation: for commands that only read. */
export const noGateway: Gateway = {
  send: ({ service, name }) => Promise.reject(refusedWrite(`${service}:${name}`)),
};

/** This is a defect of the program, not a user error: it tried to write during a read. */
function refusedWrite(action: string): OpsError {
  return new OpsError({
    code: "write-refused",
    exitCode: EXIT.failed,
    fault: "tool",
    effect: "none",
    message: `${action} was refused before it left: it is not on the list of reads, and nothing else may be sent here`,
    unchanged: NOTHING_SENT,
    next: ["a read that is new: one line in src/domain/aws/iam-actions.ts"],
  });
}
