// Folders of migrations: every fifth makes a table; the others change it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { state } from "./measure.mjs";

/** The folder of so many, with their Downs or without. */
export function madeMigrations(name, count, hasDowns) {
  const folder = join(state, name);
  mkdirSync(folder, { recursive: true });
  for (let version = 1; version <= count; version++) {
    const [up, down] = sqlOf(version);
    writeFileSync(join(folder, `${version}_step.up.sql`), up);
    if (hasDowns) writeFileSync(join(folder, `${version}_step.down.sql`), down);
  }
  return folder;
}

const CAUTIOUS = "SET LOCAL lock_timeout = '3s';\n";

function sqlOf(version) {
  const table = `t${Math.ceil(version / 5)}`;
  switch (version % 5) {
    case 1:
      return [
        `CREATE TABLE IF NOT EXISTS ${table} (id bigserial PRIMARY KEY, tenant_id text NOT NULL, n int);`,
        `DROP TABLE IF EXISTS ${table};`,
      ];
    case 2:
      return [
        `${CAUTIOUS}ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS note text;`,
        `ALTER TABLE ${table} DROP COLUMN IF EXISTS note;`,
      ];
    case 3:
      return [
        `${CAUTIOUS}CREATE INDEX IF NOT EXISTS idx_${table} ON ${table}(tenant_id);`,
        `DROP INDEX IF EXISTS idx_${table};`,
      ];
    case 4:
      return [
        `${CAUTIOUS}ALTER TABLE ${table} ADD CONSTRAINT c_${table} CHECK (n > 0) NOT VALID;`,
        `ALTER TABLE ${table} DROP CONSTRAINT c_${table};`,
      ];
    default:
      return [
        `${CAUTIOUS}ALTER TABLE ${table} VALIDATE CONSTRAINT c_${table};\nUPDATE ${table} SET n = n + 1 WHERE id = 1;`,
        `ALTER TABLE ${table} DROP CONSTRAINT c_${table};\nALTER TABLE ${table} ADD CONSTRAINT c_${table} CHECK (n > 0) NOT VALID;\nUPDATE ${table} SET n = n - 1 WHERE id = 1;`,
      ];
  }
}
