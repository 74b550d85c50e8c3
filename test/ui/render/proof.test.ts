import { describe, expect, it } from "vitest";
import { type ProofReport, type ProvenMigration, proofExitCode } from "../../../src/domain/migrations/proof.ts";
import { renderProof } from "../../../src/ui/render/proof.ts";

const migration = (version: number, description: string, more: Partial<ProvenMigration> = {}): ProvenMigration => ({
  ...{ version, description, file: "migrations.go", line: version * 10, verdict: "PROVEN", why: "", evidence: [] },
  ...{ remarks: [], seconds: 0.012, work: [], destroys: [], brokenQueries: [] },
  ...more,
});

const COLUMN = { kind: "column", name: "licences.seats" } as const;

const REPORT: ProofReport = {
  schemaVersion: 1,
  server: "16.14",
  source: "internal/storage/postgres/migrations.go",
  unread: [],
  unjudgedQueries: 1,
  migrations: [
    migration(5, "Add audit_log index"),
    migration(6, "Add relay_tokens table", { destroys: [{ kind: "table", name: "relay_tokens" }] }),
    migration(7, "Add licences.seats column", {
      verdict: "NOT INVERSE",
      why: "the Down does not give back what was before",
      evidence: ["+ comment table column public.licences.seats: bought", "rows of settings: 0 gone, 1 new"],
      destroys: [COLUMN],
    }),
    migration(8, "Rename jobs.state", {
      verdict: "DOWN FAILS",
      why: "the Down fails",
      evidence: ["migrations.go:84: 42703 column “state” does not exist"],
      brokenQueries: [{ id: "12", calls: 1, why: "42703 column “state” does not exist" }],
    }),
    migration(9, "Read from outside", {
      verdict: "CANNOT READ",
      why: "1 part of it cannot be read",
      evidence: ["migrations.go:91: Getenv reads what is only known when it runs"],
    }),
  ],
};

const display = (columns: number, more = {}) => ({ columns, colour: false, unicode: true, live: false, ...more });
const only = (...at: readonly number[]): ProofReport => ({
  ...REPORT,
  migrations: REPORT.migrations.filter((_, index) => at.includes(index)),
});

describe("a report of migrate prove", () => {
  it.each([40, 80, 120])("on a screen of %i columns", async (columns) => {
    await expect(`${renderProof(REPORT, 11, ["--postgres", "16"], display(columns))}\n`).toMatchFileSnapshot(
      `../../golden/ui/prove-${columns}.txt`,
    );
  });

  it("ends with 11 for a Down that is not the way back, 12 for what was not run, else with 0", () => {
    expect([only(0, 1), only(0, 2), only(3), only(4), only(2, 4)].map(proofExitCode)).toEqual([0, 11, 11, 12, 11]);
    expect(proofExitCode({ ...only(0), unread: ["migrations.go:7: its version is not known"] })).toBe(12);
    const broken = { ...migration(5, ""), brokenQueries: [{ id: "1", calls: 1, why: "42P01" }] };
    expect(proofExitCode({ ...REPORT, migrations: [broken] })).toBe(11);
  });

  it("leads on to lint where each Down is proven", () => {
    expect(renderProof(only(0, 1), 0, ["m.go"], display(80))).toMatch(/\nNext +vulcan-ops lint m\.go --from 5$/);
  });

  it("folds a long evidence, and shows it with --verbose", () => {
    const evidence = Array.from({ length: 9 }, (_, at) => `+ table t${at}: owner vulcan`);
    const long = { ...REPORT, migrations: [migration(7, "", { verdict: "NOT INVERSE", why: "x", evidence })] };
    expect(renderProof(long, 11, [], display(80))).toMatch(/and 3 more: --verbose/);
    expect(renderProof(long, 11, [], display(80, { verbose: true }))).toContain("table t8");
  });
});
