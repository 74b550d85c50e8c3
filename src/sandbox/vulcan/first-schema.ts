/** The tables that Vulcan had before its first migration, with a few rows of two customers and a trial. */
export const FIRST_SCHEMA = `
CREATE TABLE tenants (id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE users (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id), email TEXT NOT NULL);
CREATE TABLE assets (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id), number INTEGER NOT NULL,
  hostname TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE findings (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id),
  asset_id TEXT NOT NULL REFERENCES assets(id), rule TEXT NOT NULL, severity TEXT NOT NULL);
CREATE TABLE credentials (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id), sealed BYTEA NOT NULL);
CREATE TABLE audit_log (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants(id), actor TEXT NOT NULL, action TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE documents (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id), title TEXT NOT NULL,
  s3_key TEXT NOT NULL);
CREATE TABLE jobs (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id), schedule TEXT NOT NULL,
  last_run TIMESTAMPTZ);
CREATE TABLE licences (tenant_id TEXT PRIMARY KEY REFERENCES tenants(id), plan TEXT NOT NULL,
  valid_until DATE NOT NULL);
INSERT INTO tenants(id, name) VALUES ('acme', 'Acme Industries'), ('globex', 'Globex'), ('initech', 'Initech (trial)');
INSERT INTO users SELECT 'user-' || id, id, 'admin@' || id || '.example' FROM tenants;
INSERT INTO assets SELECT 'asset-' || id || '-' || n, id, n, 'host' || n || '.' || id || '.example',
  CASE n % 2 WHEN 0 THEN 'server' ELSE 'network' END FROM tenants, generate_series(1, 6) n;
INSERT INTO findings SELECT 'finding-' || id, tenant_id, id, 'CIS-' || number,
  CASE number % 3 WHEN 0 THEN 'critical' ELSE 'medium' END FROM assets WHERE number > 2;
INSERT INTO credentials SELECT 'credential-' || id, id, decode(md5(id), 'hex') FROM tenants;
INSERT INTO audit_log(tenant_id, actor, action) SELECT id, 'user-' || id, 'login' FROM tenants, generate_series(1, 4);
INSERT INTO documents SELECT 'document-' || id, id, 'Quarterly report', id || '/report.pdf' FROM tenants;
INSERT INTO jobs SELECT 'job-' || id, id, '0 3 * * *', NULL FROM tenants;
INSERT INTO licences SELECT id, CASE id WHEN 'initech' THEN 'trial' ELSE 'enterprise' END, DATE '2027-12-31' FROM tenants;
`;
