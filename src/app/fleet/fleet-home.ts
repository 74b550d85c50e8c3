import { usageError } from "../../domain/error.ts";
import { type Identity, identityAt } from "../../domain/identity.ts";
import type { Clock, Environment } from "../../domain/ports.ts";
import type { TargetOptions } from "../../domain/target.ts";
import type { FleetHome } from "../../target/fleet.ts";
import { connectTarget } from "../../target/open.ts";
import { resolveTarget } from "../../target/resolve.ts";
import { readPrepared } from "../prepared.ts";

/** A fleet's home, and the clock that its times are of. */
export interface OpenHome extends FleetHome {
  readonly clock: Clock;
  /** Where it is. `account`: the caller's, where AWS said it; `isProduction`: whether a target of the fleet is known to be. */
  place(account: string | undefined, isProduction?: boolean): Identity;
}

/** The table and the machine beside the shared journal that the target's configuration names. Exit 6 where it names none. */
export async function openFleetHome(options: TargetOptions, environment: Environment): Promise<OpenHome> {
  const { version } = readPrepared();
  const purpose = environment.onlyReads === true ? "reading" : "any";
  const resolved = await resolveTarget(options, environment);
  const { fleet, clock, endpoint } = await connectTarget(resolved, options, environment, { version, purpose });
  if (fleet === undefined)
    throw usageError("fleet-no-journal", `target ${resolved.target.name} has no shared journal, and fleets need one`, [
      "in vulcan-ops.yaml, your own: journal: dynamodb://vulcan-ops-journal?region=REGION",
      "vulcan-ops docs fleets",
    ]);
  const { target, journal } = resolved;
  const place = (account: string | undefined, isProduction = false): Identity => {
    const { region = target.region, table = "" } = journal ?? {};
    const production = target.production || isProduction;
    const at = { name: target.name, service: `table ${table}`, production, ...(region !== undefined && { region }) };
    return identityAt(at, account, endpoint);
  };
  return { ...(await fleet()), clock, place };
}
