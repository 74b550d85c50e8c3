import { hostname, userInfo } from "node:os";

/** Who works at this machine, for the journal and the lock. */
export function operatorOf(): { readonly operator: string; readonly host: string } {
  return { operator: userInfo().username, host: hostname() };
}
