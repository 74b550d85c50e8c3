import { configuredEndpoints } from "../aws/client/configured-endpoints.ts";
import { resolveTarget as readConfiguration } from "../config/load.ts";
import type { Endpoints } from "../domain/aws/endpoints.ts";
import { guardError } from "../domain/error.ts";
import type { Clock, Environment } from "../domain/ports.ts";
import type { Target, TargetOptions } from "../domain/target.ts";
import { createClock } from "./clock.ts";

/** The target, the profile to use, where requests go, and the target's clock. */
export interface ResolvedTarget extends Configured {
  readonly endpoints: Endpoints;
  readonly clock: Clock;
}

type Configured = { readonly target: Target; readonly profile?: string };

/** `pinned` is a target that comes from a journal or a rehearsal rather than from options and files. */
export async function resolveTarget(
  options: TargetOptions,
  environment: Environment,
  pinned?: Target,
): Promise<ResolvedTarget> {
  const configured = await configuredTarget(options, environment, pinned);
  const endpoints = await configuredEndpoints(environment.env, configured.profile);
  const clock = createClock(environment.env);
  const target = { ...configured.target, ...databaseViaOption(options) };
  assertReal(target, endpoints, clock.isSet);
  return { ...configured, target, endpoints, clock };
}

/** Where requests for the target would go: whether an execution or a saved plan belongs there is asked before anything else. */
export async function resolveEndpoints(
  options: TargetOptions,
  environment: Environment,
  pinned?: Target,
): Promise<Endpoints> {
  const { profile } = await configuredTarget(options, environment, pinned);
  return configuredEndpoints(environment.env, profile);
}

const configuredTarget = (options: TargetOptions, environment: Environment, pinned: Target | undefined) =>
  pinned === undefined ? configure(options, environment) : withProfile(pinned, options, environment);

function configure({ target, region, profile }: TargetOptions, { env, cwd }: Environment): Promise<Configured> {
  const named = { ...(target && { target }), ...(region && { region }), ...(profile && { profile }) };
  return readConfiguration(named, env, cwd);
}

/** The journal fixes the target. The files give only its profile; an error in them never blocks a rescue. */
async function withProfile(target: Target, options: TargetOptions, environment: Environment): Promise<Configured> {
  const known = await configure({ ...options, target: target.name }, environment).catch(
    () => ({}) as Partial<Configured>,
  );
  const profile = options.profile ?? known.profile;
  return { target, ...(profile === undefined ? {} : { profile }) };
}

/** A route to the database may come up or fail during an execution, so the option overrides the recorded value. */
function databaseViaOption({ databaseVia }: TargetOptions): Pick<Target, "databaseVia"> {
  return databaseVia === undefined ? {} : { databaseVia };
}

/** Requests to AWS itself require the real clock. A production target requires AWS itself. No flag lifts this. */
function assertReal(target: Target, { configured, elsewhere }: Endpoints, isClockSet: boolean): void {
  const foreign = configured.find(({ isAws }) => !isAws);
  if (target.production && foreign !== undefined) {
    const { url, source, remedy } = foreign;
    const where = `requests would go to ${url}, which is no encrypted API of AWS: ${source} says so`;
    throw redirected(`target ${target.name} is production, and ${where}`, remedy);
  }
  const isWrongTime = isClockSet && (target.production || elsewhere === undefined);
  if (isWrongTime)
    throw redirected(`VULCAN_OPS_CLOCK is set, and ${target.name} is asked at AWS itself`, "unset VULCAN_OPS_CLOCK");
}

function redirected(message: string, remedy: string): Error {
  return guardError("production-redirected", message, [remedy]);
}
