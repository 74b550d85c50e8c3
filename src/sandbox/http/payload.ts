/** A request's members, as JSON or as the tree a query form spells. */
export type Input = Readonly<Record<string, unknown>>;
export type Output = Readonly<Record<string, unknown>>;
