import { hostname, userInfo } from "node:os";

/** Who works at this machine, for the journal and the lock. */
export function operatorOf(): { readonly operator: string; readonly host: string } {
  return { operator: userName(), host: hostname() };
}

/** A container may run as a user whom its system does not name: then by number. */
export function userName(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
