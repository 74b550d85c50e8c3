/** The address of a database: the part of its URL that may be shown. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** The server at a database's address, as far as its answers have shown. */
export interface DatabaseServer {
  /** A pooler lends its sessions: what is set in one of them can reach other clients. */
  readonly isPooled: boolean;
  /** It replicates another server's changes, and shows neither that server's sessions nor its locks. */
  readonly isReplica: boolean;
  /** Of a replica: the age of the newest change that it has, in seconds. */
  readonly newestSeconds?: number;
}

/** Notes to show beside its address; empty where there are none. */
export function serverNotes({ isPooled, isReplica, newestSeconds }: DatabaseServer): readonly string[] {
  const age = newestSeconds === undefined ? "" : `, its newest change is ${Math.round(newestSeconds)} s old`;
  return [...(isPooled ? ["through a pooler"] : []), ...(isReplica ? [`a replica${age}`] : [])];
}
