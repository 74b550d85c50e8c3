/** Can code that does not know a migration run on the schema after it? */
export type Expansion = "compatible" | "breaking" | "unknown";
