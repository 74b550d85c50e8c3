import { counted } from "../finding.ts";
import { type Identity, identityAt } from "../identity.ts";
import type { Plan } from "../plan.ts";

/**
 * Where the targets of a fleet are: `SANDBOX (127.0.0.1:39993) 20 targets · 111122223333 · eu-west-1`, or how many accounts
 * and Regions. Production if one of them is. Undefined without a plan.
 */
export function fleetPlace(plans: readonly Plan[]): Identity | undefined {
  const [first] = plans;
  if (first === undefined) return undefined;
  const account = oneOf(
    plans.map(({ target, caller }) => caller.account ?? target.account),
    "account",
  );
  const region = oneOf(
    plans.map(({ target }) => target.region),
    "Region",
  );
  const at = {
    name: "fleet",
    service: counted(plans.length, "target"),
    production: plans.some(({ target }) => target.production),
    ...(region !== undefined && { region }),
  };
  return identityAt(at, account, plans.find(({ elsewhere }) => elsewhere !== undefined)?.elsewhere);
}

function oneOf(values: readonly (string | undefined)[], noun: string): string | undefined {
  const all = new Set(values);
  return all.size > 1 ? counted(all.size, noun) : values[0];
}
