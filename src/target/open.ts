import type { Environment } from "../domain/ports.ts";
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
