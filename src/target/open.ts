import type { Environment } from "../domain/ports.ts";
import type { SharedLog } from "../domain/shared-log.ts";
import type { Target, TargetOptions } from "../domain/target.ts";
import type { ConnectOptions, TargetConnection } from "./connect.ts";
import { type ResolvedTarget, resolveTarget } from "./resolve.ts";

export type { ConnectOptions, TargetConnection } from "./connect.ts";

/** Loads the code that reads and writes a target only now: a mistyped command does not need it. */
export async function connectTarget(
  resolved: ResolvedTarget,
  options: TargetOptions,
  environment: Environment,
  more: ConnectOptions,
): Promise<TargetConnection> {
  const { connect } = await import("./connect.ts");
  return connect(resolved, options, environment, more);
}

/** `pinned` is a target that comes from a journal or a rehearsal rather than from options and files. */
export async function openTarget(
  options: TargetOptions,
  environment: Environment,
  { pinned, ...more }: ConnectOptions & { readonly pinned?: Target | undefined },
): Promise<TargetConnection> {
  return connectTarget(await resolveTarget(options, environment, pinned), options, environment, more);
}

/**
 * The shared journal of the target's configuration, for commands that need nothing else of the target; undefined where
 * none is set. An error in the configuration is told by the commands that use the target.
 */
export async function openSharedLog(
  options: TargetOptions,
  { env, cwd, onlyReads = false }: Pick<Environment, "env" | "cwd" | "onlyReads">,
  version: string,
): Promise<SharedLog | undefined> {
  const { signal: stop } = new AbortController();
  const environment: Environment = { env, cwd, stop, ids: { execution: () => "" }, note: () => {} };
  const purpose = onlyReads ? "reading" : "any";
  const resolved = await resolveTarget(options, environment).catch(() => undefined);
  if (resolved?.journal === undefined) return undefined;
  return (await connectTarget(resolved, options, environment, { version, purpose })).sharedLog;
}
