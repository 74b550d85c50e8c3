import { resolveTarget as readConfiguration } from "../config/load.ts";
import { guardError } from "../domain/error.ts";
import type { Clock, Environment } from "../domain/ports.ts";
import type { Target, TargetOptions } from "../domain/target.ts";
import { createClock } from "./clock.ts";
import { endpointOf } from "./endpoint-override.ts";

/** Which target, by which profile, and what time it is there. */
export interface ResolvedTarget extends Configured {
  readonly clock: Clock;
}

type Configured = { readonly target: Target; readonly profile?: string };

/** `pinned` is a target that comes from a journal or a rehearsal rather than from options and files. */
export async function resolveTarget(
  options: TargetOptions,
  environment: Environment,
  pinned?: Target,
): Promise<ResolvedTarget> {
  const configured =
    pinned === undefined ? await configure(options, environment) : await withProfile(pinned, options, environment);
  const clock = createClock(environment.env);
  const target = { ...configured.target, ...databaseViaOption(options) };
  assertReal(target, environment.env, clock.isSet);
  return { ...configured, target, clock };
}

function configure({ target, region, profile }: TargetOptions, { env, cwd }: Environment): Promise<Configured> {
  const named = { ...(target && { target }), ...(region && { region }), ...(profile && { profile }) };
  return readConfiguration(named, env, cwd);
}

/** The journal fixes the target. Only its profile is read from the files, and an error in them never blocks a rescue. */
async function withProfile(target: Target, options: TargetOptions, environment: Environment): Promise<Configured> {
  const known = await configure({ ...options, target: target.name }, environment).catch(
    () => ({}) as Partial<Configured>,
  );
  const profile = options.profile ?? known.profile;
  return { target, ...(profile === undefined ? {} : { profile }) };
}

/** A route to the database may come up or fail in the middle of an execution: the option goes before the record. */
function databaseViaOption({ databaseVia }: TargetOptions): Pick<Target, "databaseVia"> {
  return databaseVia === undefined ? {} : { databaseVia };
}

/** AWS itself is only ever asked by the real clock, and a production target only ever at AWS: no flag lifts this. */
function assertReal(target: Target, env: Environment["env"], isClockSet: boolean): void {
  const endpoint = endpointOf(env);
  const isForeign = target.production && endpoint !== undefined;
  if (isForeign)
    throw redirected(`target ${target.name} is production, and AWS_ENDPOINT_URL is set`, "AWS_ENDPOINT_URL");
  const isWrongTime = isClockSet && (target.production || endpoint === undefined);
  if (isWrongTime)
    throw redirected(`VULCAN_OPS_CLOCK is set, and ${target.name} is asked at AWS itself`, "VULCAN_OPS_CLOCK");
}

function redirected(message: string, variable: string): Error {
  return guardError("production-redirected", message, [`unset ${variable}`]);
}
