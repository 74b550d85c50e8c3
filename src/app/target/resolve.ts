import { type Given, textOf } from "../../cli/options.ts";
import type { Context } from "../../cli/process-context.ts";
import { resolveTarget } from "../../config/load.ts";
import { guardError } from "../../domain/error.ts";
import type { Clock } from "../../domain/ports.ts";
import type { DatabaseVia, Target } from "../../domain/target.ts";
import { createClock } from "../clock.ts";
import { endpointOf } from "./endpoint-override.ts";

/** Which target, by which profile, and what time it is there. */
export interface Place extends Where {
  readonly clock: Clock;
}

type Where = { readonly target: Target; readonly profile?: string };

/** `pinned` is a target that comes from a journal or a rehearsal rather than from flags and files. */
export async function findPlace(given: Given, context: Context, pinned?: Target): Promise<Place> {
  const where = pinned === undefined ? await resolve(given, context) : await stay(pinned, given, context);
  const clock = createClock(context.env);
  const target = { ...where.target, ...wayOf(given) };
  assertReal(target, context.env, clock.isSet);
  return { ...where, target, clock };
}

function resolve(given: Given, { env, cwd }: Context): Promise<Where> {
  return resolveTarget(wishes(given), env, cwd);
}

/** The target is settled; of the files only its profile is asked, and what is wrong with them never blocks a rescue. */
async function stay(target: Target, given: Given, context: Context): Promise<Where> {
  const known = await resolve({ ...given, target: target.name }, context).catch(() => ({}) as Partial<Where>);
  const profile = textOf(given, "profile") ?? known.profile;
  return { target, ...(profile === undefined ? {} : { profile }) };
}

/** A way to the database may go up or down in the middle of an execution: the flag wins over what is on record. */
function wayOf(given: Given): Pick<Target, "databaseVia"> {
  const databaseVia = textOf(given, "database-via") as DatabaseVia | undefined;
  return databaseVia === undefined ? {} : { databaseVia };
}

function wishes(given: Given) {
  const [target, region, profile] = ["target", "region", "profile"].map((name) => textOf(given, name));
  return { ...(target && { target }), ...(region && { region }), ...(profile && { profile }) };
}

/** AWS itself is only ever asked by the real clock, and a production target only ever at AWS: no flag lifts this. */
function assertReal(target: Target, env: NodeJS.ProcessEnv, isClockSet: boolean): void {
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
