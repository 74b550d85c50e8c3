import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkFolder } from "../../src/postgres/work-folder.ts";
import { restorePostgres } from "../../src/sandbox/postgres/restore.ts";
import { type PostgresServer, startPostgres } from "../../src/sandbox/postgres/server.ts";

let home: WorkFolder;
let source: PostgresServer;
const servers: PostgresServer[] = [];

beforeAll(async () => {
  home = await WorkFolder.open();
  source = await startPostgres(home);
  servers.push(source);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await home.close();
});

test("a file of the log that PostgreSQL is still making, and renames in that moment, does not break a restore", async () => {
  // What cannot be read fails a copy every time, as what vanishes does now and then.
  const inTheMaking = join(source.folder, "data", "pg_wal", "xlogtemp.1");
  writeFileSync(inTheMaking, "");
  chmodSync(inTheMaking, 0o000);
  const restored = await restorePostgres(source, Date.now(), 20);
  servers.push(restored);
  expect(restored.port).not.toBe(source.port);
});
