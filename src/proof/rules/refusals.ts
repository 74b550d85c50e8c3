import { rule } from "./rule.ts";

/** What fails in the runner, whatever the rows. */
export const REFUSAL_RULES = {
  VOPS303: rule(
    "error",
    "migration-fails",
    "The migration fails",
    "The transaction is rolled back, the new task exits, and ECS starts the next one that fails alike.",
    "Correct the statement. The message is the server's.",
  ),
  VOPS304: rule(
    "error",
    "not-postgresql",
    "A statement is not PostgreSQL's SQL",
    "Other databases know it; here every start of the new image fails. ADD INDEX CONCURRENTLY is no statement of PostgreSQL.",
    "An index is made by CREATE INDEX on a table.",
  ),
  VOPS305: rule(
    "error",
    "newer-than-server",
    "A statement needs a newer PostgreSQL",
    "It is correct on a later major, and a syntax error on the one that was asked for.",
    "Write it in the form of the server's major, or upgrade the server before.",
  ),
  VOPS306: rule(
    "error",
    "concurrently-in-transaction",
    "A statement cannot run inside a transaction",
    "The runner puts each migration into a transaction, where PostgreSQL refuses CONCURRENTLY, VACUUM and others (25001).",
    "Run it by hand before the release, and write it into the migration with IF NOT EXISTS or IF EXISTS, without CONCURRENTLY.",
  ),
  VOPS307: rule(
    "error",
    "transaction-control",
    "A migration ends or changes the runner's transaction",
    "After COMMIT the change and its row in the table migrations are no longer one: a failure leaves half of it behind.",
    "Remove BEGIN, COMMIT, ROLLBACK and SET TRANSACTION.",
  ),
  VOPS308: rule(
    "error",
    "touches-migrations-table",
    "A migration changes the runner's own table",
    "The table migrations says what has run. What a migration changes there, runs again or never.",
    "Remove the statement; the runner writes its row itself.",
  ),
  VOPS309: rule(
    "error",
    "values-and-several-statements",
    "Several statements are executed with values",
    "pgx prepares a text that has values, and PostgreSQL refuses several statements in one (42601): it always fails.",
    "Execute each statement by itself.",
  ),
  VOPS310: rule(
    "error",
    "enum-value-used-at-once",
    "A new enum value is used in the transaction that adds it",
    "PostgreSQL refuses it before the value is committed (55P04).",
    "Add the value in one migration, and use it in the next.",
  ),
  VOPS311: rule(
    "warning",
    "needs-more-rights",
    "A statement needs rights that an application's role has not",
    "On RDS no role is a superuser. Whether yours may do this was not tried.",
    "Do it once as the master user, and write IF NOT EXISTS into the migration.",
  ),
  VOPS312: rule(
    "error",
    "add-not-null-without-default",
    "A required column without a default is added",
    "It fails on a table with rows (23502), and the old image's INSERTs do not know the column.",
    "Add a constant DEFAULT, or add it nullable and fill it in a later migration.",
  ),
} as const;
