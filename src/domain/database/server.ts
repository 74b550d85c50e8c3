/** Where a database is asked; what may be shown of its URL. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** Who answers at a database's address, as far as its answers have shown. */
export interface DatabaseServer {
  /** Its sessions are lent: what is put into one of them, others get. */
  readonly isPooled: boolean;
  /** It repeats another server's changes, and shows neither its sessions nor its locks. */
  readonly isReplica: boolean;
  /** Of a replica: the age of the newest change that it has, in seconds. */
  readonly newestSeconds?: number;
}

/** What has to stand beside its address; empty where there is nothing to say. */
export function serverNotes({ isPooled, isReplica, newestSeconds }: DatabaseServer): readonly string[] {
  const age = newestSeconds === undefined ? "" : `, its newest change is ${Math.round(newestSeconds)} s old`;
  return [...(isPooled ? ["through a pooler"] : []), ...(isReplica ? [`a replica${age}`] : [])];
}
