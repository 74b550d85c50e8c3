import { DEFAULT_MAJOR } from "../../src/postgres/majors.ts";
import { judgeUp } from "../../src/proof/judge.ts";
import { makeRows } from "../../src/proof/made-rows.ts";
import type { Body } from "../../src/proof/migration.ts";
import { idOf, LINT_RULES, type LintRuleName } from "../../src/proof/rules.ts";
import { LEDGER_TABLE, runBody, type Session } from "../../src/proof/run-migration.ts";
import { type ProofServer, startProofServer } from "../../src/proof/server.ts";
import { loadGrammar } from "../../src/vulcan/sql/grammar.ts";

/**
 * The tables that the corpus of statements works on. It was measured on tables of its own; these have the same names,
 * columns and dependents as far as its rows name them.
 */
const SCHEMA = `
CREATE TYPE sev AS ENUM ('low', 'high');
CREATE TABLE t (id int PRIMARY KEY, tenant_id text NOT NULL, name text, kind sev, at timestamptz, n int,
  note varchar(10), amount numeric(8, 2), addr cidr, big int);
ALTER TABLE t ADD CONSTRAINT uq_t_name UNIQUE (name);
CREATE INDEX ix_t_at ON t(at);
CREATE UNIQUE INDEX uq_big ON t(big);
ALTER TABLE t ADD CONSTRAINT ck_n CHECK (n < 1000000) NOT VALID;
CREATE VIEW v AS SELECT id, name FROM t;
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE f (id int PRIMARY KEY, p_id int REFERENCES p(id), CONSTRAINT f_p_set CHECK (p_id IS NOT NULL));
CREATE TABLE c (id int PRIMARY KEY, p_id int);
ALTER TABLE c ADD CONSTRAINT fk_nv FOREIGN KEY (p_id) REFERENCES p(id) NOT VALID;
CREATE TABLE e (id int PRIMARY KEY, x int);
CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM t;
CREATE UNIQUE INDEX mv_u ON mv(n);
CREATE TABLE part (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE halves (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE half (id int NOT NULL);
CREATE TABLE rest PARTITION OF halves DEFAULT;
CREATE TABLE odd (x text NOT NULL CHECK (x ~ '^[A-Z]{4}$'));
`;

/** One server for many statements: each runs in a transaction of its own, which is rolled back. */
export interface ProvingGround {
  readonly session: Session;
  readonly server: ProofServer;
  /** The names of the rules that find something in a migration with this text. */
  rulesOf(sql: string): Promise<readonly LintRuleName[]>;
  close(): Promise<void>;
}

export async function openProvingGround(): Promise<ProvingGround> {
  const server = await startProofServer(DEFAULT_MAJOR);
  const client = await server.connect();
  await client.query(LEDGER_TABLE);
  await client.query(SCHEMA);
  const session: Session = { client, grammar: await loadGrammar(), rows: await makeRows(client) };
  return {
    session,
    server,
    async rulesOf(sql) {
      const trial = await runBody(session, bodyOf(sql), { version: 1, description: "x", direction: "up" }, false);
      const judgements = judgeUp(session.grammar, trial, { isOlder: false, isSchemaKnown: true });
      return [...new Set(judgements.map(({ rule }) => rule))];
    },
    async close() {
      await client.end();
      await server.close();
    },
  };
}

export const bodyOf = (sql: string): Body => ({
  texts: [{ sql, path: "m.sql", line: 1, isExact: true, hasValues: false }],
  unknown: [],
  isMissing: false,
});

/** What a pipeline shows: notes are folded. */
export const isLoud = (name: LintRuleName): boolean => LINT_RULES[idOf(name) ?? "VOPS301"].severity !== "note";
