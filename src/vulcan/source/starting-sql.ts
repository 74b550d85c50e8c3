/** The SQL with which a new migration begins. */
export interface StartingSql {
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** The change itself is still to be written. */
  readonly isOpen: boolean;
}

/** One long reader must not make every request wait behind the migration. */
const CAUTION = "SET LOCAL lock_timeout = '3s';";

/** Names that need no quotes. */
const NAME = "[a-z_][a-z0-9_]{0,62}";
const TABLE = new RegExp(`^add (${NAME}) table$`, "i");
const COLUMN = new RegExp(`^add (${NAME})\\.(${NAME}) column$`, "i");

/** By the description, in the words of Vulcan's own: `Add jobs table`, `Add jobs.owner column`; else to be written. */
export function startingSql(description: string): StartingSql {
  const table = TABLE.exec(description)?.[1]?.toLowerCase();
  if (table !== undefined) return forTable(table);
  const [, of, column] = COLUMN.exec(description.toLowerCase()) ?? [];
  if (of !== undefined && column !== undefined) return forColumn(of, column);
  return {
    up: [CAUTION, "-- Write the change here, as IF NOT EXISTS."],
    down: [CAUTION, "-- Undo the change here, as IF EXISTS."],
    isOpen: true,
  };
}

/** The table of Vulcan's documentation. */
const forTable = (table: string): StartingSql => ({
  up: [
    CAUTION,
    `CREATE TABLE IF NOT EXISTS ${table} (`,
    "\tid TEXT PRIMARY KEY,",
    "\ttenant_id TEXT NOT NULL,",
    "\tcreated_at TIMESTAMPTZ DEFAULT NOW()",
    ");",
    `CREATE INDEX IF NOT EXISTS idx_${table}_tenant ON ${table}(tenant_id);`,
  ],
  down: [CAUTION, `DROP TABLE IF EXISTS ${table};`],
  isOpen: false,
});

const forColumn = (table: string, column: string): StartingSql => ({
  up: [CAUTION, `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${column} TEXT;`],
  down: [CAUTION, `ALTER TABLE ${table} DROP COLUMN IF EXISTS ${column};`],
  isOpen: false,
});
