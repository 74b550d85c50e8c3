export const POSTGRES_MAJORS = ["14", "15", "16", "17", "18"] as const;

/** Which migrations, and on which PostgreSQL: the same words for each command that runs them. */
export const SOURCE_OPTIONS = {
  path: {
    type: "string",
    positional: "optional",
    value: "FILE|DIR",
    describe: "migrations.go, its folder, or SQL files (default: internal/storage/postgres/migrations.go)",
  },
  postgres: {
    type: "string",
    value: "MAJOR",
    suggests: POSTGRES_MAJORS,
    describe: "Run on this major of PostgreSQL: 14 to 18 (default: the target's, else 18)",
  },
} as const;

export const SCHEMA_OPTION = {
  schema: {
    type: "string",
    value: "FILE",
    describe: "Schema before the first migration, from pg_dump --schema-only (default: the target's own)",
  },
} as const;
