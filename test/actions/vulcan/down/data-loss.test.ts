import { describe, expect, it } from "vitest";
import { estimateDataLoss } from "../../../../src/actions/vulcan/down/data-loss.ts";
import type { ProvenMigration } from "../../../../src/domain/migrations/proof.ts";
import type { SourceDowns } from "../../../../src/domain/migrations/reads.ts";
import type { DownEffects } from "../../../../src/domain/migrations/schema-object.ts";

const EMPTY: DownEffects = { objects: [], altered: [], complete: true };

/** The finding on the Down of migration 7, by a source that says this. */
async function findingOn(downs: SourceDowns | undefined, description = "Add licences.seats column") {
  const removed = [{ version: 7, description, appliedAt: "2026-04-10T00:00:00.000Z" }];
  const schema = { migrations: async () => ({ applied: removed, answeredBy: "sql" as const }) };
  const { findings } = await estimateDataLoss(removed, { ...schema, ...(downs && { downs: async () => downs }) });
  return findings[0];
}

const bySource = (effects: Partial<DownEffects>): SourceDowns => ({
  effects: new Map([[7, { ...EMPTY, ...effects }]]),
  unread: [],
});

describe("a Down, by its run", () => {
  const removed = [{ version: 7, description: "Add licences.seats column", appliedAt: "2026-04-10T00:00:00.000Z" }];
  const schema = { migrations: async () => ({ applied: removed, answeredBy: "sql" as const }) };
  const run = (more: Partial<ProvenMigration>): ProvenMigration => ({
    ...{ version: 7, description: "", file: "m.go", line: 1, verdict: "PROVEN", why: "", evidence: [], remarks: [] },
    ...{ seconds: 0, work: [], destroys: [], brokenQueries: [] },
    ...more,
  });
  const textOf = async (more: Partial<ProvenMigration>, isOfImage = true) => {
    const { findings, lost } = await estimateDataLoss(removed, schema, { migrations: [run(more)], isOfImage });
    return [findings[0]?.level, findings[0]?.text, ...lost];
  };

  it("names all that goes, also what its text does not name", async () => {
    const destroys = [
      { kind: "table", name: "seats" },
      { kind: "column", name: "licences.seats" },
      { kind: "rows", name: "users" },
    ] as const;
    expect(await textOf({ destroys })).toEqual([
      "warn",
      "the Down of 7 “Add licences.seats column” drops seats (not counted), drops licences.seats (not counted), " +
        "alters users (not counted); by its run",
      ...["seats", "licences.seats", "users"],
    ]);
  });

  it("is complete unless a name cannot be counted, and says whose source it was", async () => {
    expect(await textOf({})).toEqual(["ok", expect.stringContaining("takes nothing away; by its run")]);
    const odd = await textOf({ destroys: [{ kind: "column", name: 't."odd Name"' }] }, false);
    expect(odd[1]).toContain("does more than can be told; by a run of the source, which may be another image's");
  });

  it("tells nothing where it failed: the description tells then", async () => {
    expect((await textOf({ verdict: "DOWN FAILS" }))[1]).toContain("by its description alone");
  });
});

describe("a Down, by its source", () => {
  it("blocks where there is none", async () => {
    expect(await findingOn(bySource({ complete: false, isMissing: true }))).toEqual({
      level: "block",
      code: "down-missing",
      text: "the Down of 7 “Add licences.seats column” is missing; by its source. Vulcan cannot take this migration back",
      next: ["vulcan-ops restore --to -15m"],
    });
  });

  it("says where its source is not understood, and why, the first two times", async () => {
    const unknown = ["m.go:9: SQL in a branch", "m.go:12: other is not followed", "m.go:13: a panic"];
    const finding = await findingOn(bySource({ complete: false, unknown }));
    expect(finding).toMatchObject({ level: "warn", code: "down-destroys" });
    expect(finding?.text).toContain(
      "does more than can be told (m.go:9: SQL in a branch; m.go:12: other is not followed, and 1 more); by its source",
    );
  });

  it("takes nothing away where the source says so", async () => {
    expect(await findingOn(bySource({}))).toMatchObject({ level: "ok", code: "down-harmless" });
  });

  it("is only guessed, and never complete, where the source does not have it", async () => {
    const unread = ["m.go:4: next is not followed"];
    const finding = await findingOn({ effects: new Map(), unread });
    expect(finding).toMatchObject({ level: "warn", code: "down-destroys" });
    expect(finding?.text).toContain(
      "does more than can be told (m.go:4: next is not followed); by its description alone",
    );
    expect(finding?.text).toContain("its source has no migration 7 that can be read");
    const nothing = await findingOn({ effects: new Map(), unread }, "Tidy up");
    expect(nothing?.text).toContain("neither its source nor its description tells (m.go:4: next is not followed)");
  });
});
