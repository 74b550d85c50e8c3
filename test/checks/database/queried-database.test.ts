import { describe, expect, it } from "vitest";
import { estimateDataLoss } from "../../../src/actions/vulcan/down/data-loss.ts";
import { type QueriedDatabase, queriedDatabaseFindings } from "../../../src/checks/database/queried-database.ts";
import type { Instance } from "../../../src/domain/aws/rds.ts";
import { OpsError } from "../../../src/domain/error.ts";
import type { AppliedMigration } from "../../../src/domain/migrations/applied.ts";
import type { SchemaReads } from "../../../src/domain/migrations/reads.ts";
import type { Finding } from "../../../src/domain/operation.ts";

const OWN = "vulcan-prod.c9akciq32rgh.eu-west-1.rds.amazonaws.com";
const instance = { endpoint: { host: OWN, port: 5432 }, replicas: ["vulcan-reads"] } as unknown as Instance;
const AT = "2026-04-10T00:00:00.000Z";
const rows = (...versions: readonly number[]): AppliedMigration[] =>
  versions.map((version) => ({ version, description: "", appliedAt: AT }));
const direct = { isPooled: false, isReplica: false };

const asked = (change: Partial<QueriedDatabase> = {}): QueriedDatabase => ({
  name: "vulcan-prod",
  setBy: "VULCAN_DATABASE_URL",
  address: { host: OWN, port: 5432, database: "vulcan" },
  instance,
  bySql: { applied: rows(1, 2), server: direct },
  byApi: rows(1, 2),
  ...change,
});
const brief = (findings: readonly Finding[]) => findings.map(({ level, code }) => `${level} ${code}`);
const at = (host: string, port = 5432) => asked({ address: { host, port, database: "vulcan" } });

describe("whose database SQL asks", () => {
  it.each<[string, QueriedDatabase, string]>([
    ["the instance's own address", asked(), "ok database-asked"],
    ["the same in other letters", at(`${OWN.toUpperCase()}.`), "ok database-asked"],
    ["another instance", at("staging.c9akciq32rgh.eu-west-1.rds.amazonaws.com"), "block database-another"],
    ["one of another account", at("vulcan-prod.abcdef.eu-west-1.rds.amazonaws.com"), "block database-another"],
    ["one in China", at("vulcan-prod.abcdef.rds.cn-north-1.amazonaws.com.cn"), "block database-another"],
    ["its replica", at("vulcan-reads.c9akciq32rgh.eu-west-1.rds.amazonaws.com"), "warn database-unproven"],
    ["a proxy", at("pool.proxy-c9akciq32rgh.eu-west-1.rds.amazonaws.com"), "warn database-unproven"],
    ["a cluster", at("main.cluster-c9akciq32rgh.eu-west-1.rds.amazonaws.com"), "warn database-unproven"],
    ["a name of one's own", at("db.vulcan.internal"), "warn database-unproven"],
    ["a tunnel", at("127.0.0.1", 15_432), "warn database-unproven"],
    ["another port", at(OWN, 6432), "warn database-unproven"],
    ["no instance", asked({ instance: undefined }), "warn database-unproven"],
    ["an instance that cannot be read", asked({ instance: new Error("denied") }), "warn database-unproven"],
    [
      "a pooler",
      asked({ bySql: { applied: rows(1, 2), server: { ...direct, isPooled: true } } }),
      "warn database-lent",
    ],
    [
      "a replica by that name",
      asked({ bySql: { applied: rows(1, 2), server: { ...direct, isReplica: true } } }),
      "warn database-lent",
    ],
    [
      "a sandbox",
      { ...at("127.0.0.1", 5555), instance: { ...instance, endpoint: { host: "127.0.0.1", port: 5555 } } },
      "ok database-asked",
    ],
  ])("%s", (_name, seen, expected) => {
    expect(brief(queriedDatabaseFindings(seen))).toEqual([expected]);
  });

  it("is named without its user", () => {
    expect(queriedDatabaseFindings(at("db.vulcan.internal"))[0]?.text).toBe(
      `SQL is asked at db.vulcan.internal:5432/vulcan: not proven to be vulcan-prod's database (vulcan-prod is at ${OWN}:5432)`,
    );
  });
});

describe("the lists by both sources", () => {
  const late = [
    { version: 1, description: "", appliedAt: AT },
    { version: 2, description: "", appliedAt: "2026-04-10T00:00:02Z" },
  ];
  const absent = new OpsError({ code: "table-absent", exitCode: 1, fault: "remote", message: "no table" });
  const silent = new OpsError({ code: "database-silent", exitCode: 1, fault: "remote", message: "no answer" });
  const listed = (applied: readonly AppliedMigration[]) => asked({ bySql: { applied, server: direct } });

  it.each<[string, QueriedDatabase, RegExp]>([
    [
      "one more",
      listed(rows(1, 2, 3)),
      /admin API lists 2 migrations, newest 2, SQL at .*:5432\/vulcan 3 migrations, newest 3: 3 is in one/,
    ],
    ["one less", listed(rows(1)), /SQL at .* 1 migration, newest 1: 2 is in one/],
    ["another time", listed(late), /2 was applied at 2026-04-10 00:00:00Z, and at 2026-04-10 00:00:02Z/],
    ["no table at all", asked({ bySql: absent }), /SQL at .* 0 migrations: 2 is in one/],
  ])("%s: blocks, and both are named", (_name, seen, text) => {
    const finding = queriedDatabaseFindings(seen).at(-1);
    expect(finding).toMatchObject({ level: "block", code: "databases-differ" });
    expect(finding?.text).toMatch(text);
  });

  it.each<[string, QueriedDatabase]>([
    ["times to the second", listed(rows(1, 2).map((row) => ({ ...row, appliedAt: "2026-04-10T00:00:00.900Z" })))],
    ["times without a zone", listed(late.map((row) => ({ ...row, isZoneAssumed: true as const })))],
    ["an API that is silent", asked({ byApi: silent })],
    ["SQL that is silent", asked({ bySql: silent })],
  ])("%s: no contradiction", (_name, seen) => {
    expect(brief(queriedDatabaseFindings(seen))).toEqual(["ok database-asked"]);
  });
});

describe("a Down whose object is not there", () => {
  const migration = (version: number, description: string) => ({ version, description, appliedAt: AT });
  const schema: SchemaReads = {
    migrations: async () => ({ applied: [], answeredBy: "api" }),
    sql: {
      address: async () => ({ host: "db", port: 5432, database: "vulcan" }),
      listed: async () => ({ applied: [], server: direct }),
      lockHolders: async () => [],
      largestTable: async () => undefined,
      maxConnections: async () => 200,
      presentObjects: async () => [],
      measureDataLoss: async (objects) => objects.map((object) => ({ object, present: false })),
    },
  };

  it("contradicts the migration that is applied, and blocks", async () => {
    const { findings } = await estimateDataLoss([migration(7, "Add licences.seats column")], schema);
    expect(findings.at(-1)).toMatchObject({ level: "block", code: "down-object-absent" });
    expect(findings.at(-1)?.text).toContain("migration 7 is applied, and by SQL licences.seats is not there");
  });

  it("does not where a later migration says that it took it away", async () => {
    const removed = [migration(8, "Drop licences.seats column"), migration(7, "Add licences.seats column")];
    const { findings } = await estimateDataLoss(removed, schema);
    expect(findings.filter(({ level }) => level === "block")).toEqual([]);
  });
});
