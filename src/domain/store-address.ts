/** Where a journal that several machines share is kept. */
export interface StoreAddress {
  readonly table: string;
  /** Default: the target's. */
  readonly region?: string;
  /** Whose credentials; default: the target's. */
  readonly profile?: string;
}
