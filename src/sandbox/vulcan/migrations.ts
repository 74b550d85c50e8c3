/** One step of Vulcan's schema, as in its migrations.go. */
export interface Migration {
  readonly version: number;
  readonly description: string;
  readonly up: string;
  readonly down: string;
}

/**
 * The migrations of the rehearsal's Vulcan. The first two are the ones that its documentation shows in a start-up log.
 * Several destroy data on the way down. On the way up 1 to 3 copy rows under the lock of a foreign key, 4, 6 and 7 fill a
 * column under its lock, and 5 builds an index on an existing table: each says so in a waiver. A rehearsal needs
 * migrations that block.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    description: "Add relay_tokens table",
    up: `CREATE TABLE IF NOT EXISTS relay_tokens (
           id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id),
           token_hash TEXT NOT NULL, created_at TIMESTAMPTZ NOT NULL DEFAULT now());
         -- vulcan-ops: allow strong-lock-then-more because a rehearsal needs a migration that blocks
         INSERT INTO relay_tokens SELECT 'relay-' || id, id, md5(id), now() FROM tenants ON CONFLICT DO NOTHING`,
    down: "DROP TABLE IF EXISTS relay_tokens",
  },
  {
    version: 2,
    description: "Add threat_intel_config table",
    up: `CREATE TABLE IF NOT EXISTS threat_intel_config (
           tenant_id TEXT PRIMARY KEY REFERENCES tenants(id), feed TEXT NOT NULL, enabled BOOLEAN NOT NULL DEFAULT true);
         -- vulcan-ops: allow strong-lock-then-more because a rehearsal needs a migration that blocks
         INSERT INTO threat_intel_config SELECT id, 'default' FROM tenants ON CONFLICT DO NOTHING`,
    down: "DROP TABLE IF EXISTS threat_intel_config",
  },
  {
    version: 3,
    description: "Add asset_edges table",
    up: `CREATE TABLE IF NOT EXISTS asset_edges (
           source_id TEXT NOT NULL REFERENCES assets(id), target_id TEXT NOT NULL REFERENCES assets(id),
           kind TEXT NOT NULL, PRIMARY KEY (source_id, target_id, kind));
         -- vulcan-ops: allow strong-lock-then-more because a rehearsal needs a migration that blocks
         INSERT INTO asset_edges SELECT a.id, b.id, 'connects-to' FROM assets a
           JOIN assets b ON b.tenant_id = a.tenant_id AND b.number = a.number + 1 ON CONFLICT DO NOTHING`,
    down: "DROP TABLE IF EXISTS asset_edges",
  },
  {
    version: 4,
    description: "Add assets.criticality column",
    up: `ALTER TABLE assets ADD COLUMN IF NOT EXISTS criticality TEXT;
         -- vulcan-ops: allow backfill-with-ddl because a rehearsal needs a migration that blocks
         -- vulcan-ops: allow rows-all because a rehearsal needs a migration that blocks
         UPDATE assets SET criticality = CASE number % 3 WHEN 0 THEN 'high' ELSE 'low' END`,
    down: "ALTER TABLE assets DROP COLUMN IF EXISTS criticality",
  },
  {
    version: 5,
    description: "Add audit_log tenant index",
    up: `-- vulcan-ops: allow index-on-existing-table because a rehearsal needs a migration that blocks
         CREATE INDEX IF NOT EXISTS idx_audit_log_tenant ON audit_log(tenant_id)`,
    down: "DROP INDEX IF EXISTS idx_audit_log_tenant",
  },
  {
    version: 6,
    description: "Add findings.assignee column",
    up: `ALTER TABLE findings ADD COLUMN IF NOT EXISTS assignee TEXT;
         -- vulcan-ops: allow backfill-with-ddl because a rehearsal needs a migration that blocks
         UPDATE findings SET assignee = 'security@' || tenant_id || '.example' WHERE severity = 'critical'`,
    down: "ALTER TABLE findings DROP COLUMN IF EXISTS assignee",
  },
  {
    version: 7,
    description: "Add licences.seats column",
    up: `ALTER TABLE licences ADD COLUMN IF NOT EXISTS seats INTEGER;
         -- vulcan-ops: allow backfill-with-ddl because a rehearsal needs a migration that blocks
         UPDATE licences SET seats = 25 WHERE plan = 'enterprise'`,
    down: "ALTER TABLE licences DROP COLUMN IF EXISTS seats",
  },
  {
    version: 8,
    description: "Add documents.checksum column",
    up: "ALTER TABLE documents ADD COLUMN IF NOT EXISTS checksum TEXT",
    down: "ALTER TABLE documents DROP COLUMN IF EXISTS checksum",
  },
];
