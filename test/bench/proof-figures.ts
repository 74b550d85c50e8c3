import pg from "pg";
import { judgeData } from "../../src/actions/database/restore-verdict.ts";
import { dataOf } from "../../src/target/database-reads.ts";

/** How long the proof of a restored database takes beside its source, and what it reads there. */
const TABLES = 50;
const ROWS = 10_000_000;

const url = new URL(process.env.VULCAN_DATABASE_URL ?? "");
const client = new pg.Client({ connectionString: url.toString() });
await client.connect();
for (let table = 0; table < TABLES; table++) {
  await client.query(`CREATE TABLE bulk_${table} (id BIGINT PRIMARY KEY, created_at TIMESTAMPTZ, note TEXT)`);
  await client.query(
    `INSERT INTO bulk_${table} SELECT n, TIMESTAMPTZ '2026-01-01' + n * INTERVAL '1 s', md5(n::text) FROM generate_series(1, $1) AS n`,
    [ROWS / TABLES],
  );
}
await client.query("VACUUM ANALYZE");

const BLOCKS = "SELECT blks_read + blks_hit AS blocks FROM pg_stat_database WHERE datname = current_database()";
const blocks = async (): Promise<number> => Number((await client.query(BLOCKS)).rows[0]?.blocks);

const { data } = dataOf(
  { by: "VULCAN_DATABASE_URL", known: url.toString(), read: async () => url.toString() },
  process.env,
  undefined,
);
const to = new Date().toISOString();
const place = { host: url.hostname, port: Number(url.port) };
const before = await blocks();
const begun = performance.now();
const [restored, source] = await Promise.all([data?.facts(to, place), data?.facts(to)]);
const ms = performance.now() - begun;
// The sessions report what they have read when they end.
await new Promise((resolve) => setTimeout(resolve, 1500));
const megabytes = ((await blocks()) - before) / 128 / 2;
await client.end();
if (restored === undefined) throw new Error("SQL is not set up");
const { problems } = judgeData(to, restored, source);
const exact = restored.tables.filter(({ isExact }) => isExact === true).length;
const counted = restored.tables.reduce((sum, { rows = 0 }) => sum + rows, 0);
process.stdout.write(JSON.stringify({ ms, megabytes, exact, tables: restored.tables.length, counted, problems }));
