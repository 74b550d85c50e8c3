import { targetsByJournal } from "../config/load.ts";
import type { Environment } from "../domain/ports.ts";
import type { SharedLog } from "../domain/shared-log.ts";
import { storeName } from "../domain/store-address.ts";
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
 * The shared journals of the configuration, each once, for commands that need nothing else of a target: that of the named
 * target, or those of all targets, the default one first. An error in the configuration is told by the commands that
 * use the target.
 */
export async function openSharedLogs(
  options: TargetOptions,
  { env, cwd, onlyReads = false }: Pick<Environment, "env" | "cwd" | "onlyReads">,
  version: string,
): Promise<readonly SharedLog[]> {
  const { signal: stop } = new AbortController();
  const environment: Environment = { env, cwd, stop, ids: { execution: () => "" }, note: () => {} };
  const purpose = onlyReads ? "reading" : "any";
  const logs = new Map<string, SharedLog>();
  for (const target of [options.target, ...(await otherTargets(options, environment))]) {
    const one = { ...options, ...(target !== undefined && { target }) };
    const resolved = await resolveTarget(one, environment).catch(() => undefined);
    const name = resolved?.journal && storeName(resolved.journal, resolved.target.region);
    if (resolved === undefined || name === undefined || logs.has(name)) continue;
    const { sharedLog } = await connectTarget(resolved, one, environment, { version, purpose });
    if (sharedLog !== undefined) logs.set(name, sharedLog);
  }
  return [...logs.values()];
}

/** None beside a named one. */
async function otherTargets({ target }: TargetOptions, { env, cwd }: Environment): Promise<readonly string[]> {
  return target === undefined ? targetsByJournal(env, cwd).catch(() => []) : [];
}
