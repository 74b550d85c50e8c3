import { describe, expect, it } from "vitest";
import type { DownInputs } from "../../../../src/actions/vulcan/down/plan.ts";
import { type DownEnd, judgeDown } from "../../../../src/actions/vulcan/down/verify.ts";
import type { LockedSession } from "../../../../src/domain/database/locks.ts";
import { OpsError } from "../../../../src/domain/error.ts";
import type { AppliedMigration } from "../../../../src/domain/migrations/applied.ts";
import type { SchemaSql } from "../../../../src/domain/migrations/reads.ts";
import { signature } from "../../../../src/domain/migrations/signature.ts";
import { waitingFor, worldOf } from "../../support.ts";

const applied = (...versions: number[]): AppliedMigration[] =>
  versions.map((version) => ({ version, description: `m${version}`, appliedAt: `2026-04-0${version}T00:00:00Z` }));

const BEFORE = applied(5, 6, 7, 8);
const AFTER = applied(5, 6);
const GIVEN: DownInputs = {
  to: 6,
  from: 8,
  count: 2,
  before: signature(BEFORE),
  after: signature(AFTER),
  gone: "column:licences.seats",
};

const exited = (code: number): DownEnd => ({ kind: "exited", code, lines: ["INF one", "ERR two"] });
const unknown = (isOver: boolean): DownEnd => ({ kind: "unknown", why: "lost", lines: [], isOver });

const SESSION = { pid: 7, application: "vulcan migrate", state: "active" } as LockedSession;

/** What each look shows, the last one for ever; an error is a look that failed. */
interface Shown {
  readonly rows: readonly (readonly AppliedMigration[] | OpsError)[];
  readonly busy?: readonly (readonly LockedSession[] | OpsError)[];
  readonly left?: boolean | OpsError;
}

function told<T>(found: T | OpsError): T {
  if (found instanceof OpsError) throw found;
  return found;
}

async function verdict(end: DownEnd, { rows, busy = [[]], left = false }: Shown) {
  const next = <T>(all: readonly T[]) => {
    let index = -1;
    return () => all[Math.min(++index, all.length - 1)] as T;
  };
  const [row, session] = [next(rows), next(busy)];
  const sql: SchemaSql = {
    lockHolders: async () => told(session()),
    maxConnections: async () => 200,
    largestTable: async () => undefined,
    measureDataLoss: async () => [],
    address: async () => ({ host: "db", port: 5432, database: "vulcan" }),
    listed: async () => ({ applied: [], server: { isPooled: false, isReplica: false } }),
    presentObjects: async (objects) => objects.map((object) => ({ object, present: told(left) })),
  };
  const migrations = async () => ({ applied: told(row()), answeredBy: "sql" as const });
  const found = await judgeDown(GIVEN, end, waitingFor({ ...worldOf({}), schema: { migrations, sql } }));
  return found.kind === "true" ? ["true", found.text] : [found.kind, found.failure.reason, found.failure];
}

const refused = new OpsError({ code: "database-refused", exitCode: 4, fault: "operator", message: "refused" });
const unread = new OpsError({ code: "migrations-unread", exitCode: 1, fault: "remote", message: "nobody answers" });

describe("the table decides what a Down has done", () => {
  it.each([3, 126, 127, 137])(
    "exit code %i with nothing gone: it failed, with its code and its lines",
    async (code) => {
      const [kind, reason, failure] = await verdict(exited(code), { rows: [BEFORE] });
      expect([kind, reason]).toEqual(["false", "down-failed"]);
      expect(failure).toMatchObject({
        text: expect.stringContaining(`exited with ${code};`),
        evidence: ["INF one", "ERR two"],
      });
    },
  );

  it.each<[string, DownEnd, Shown, readonly [string, string?]]>([
    ["exit code 0 and the rows gone: done", exited(0), { rows: [AFTER] }, ["true"]],
    ["no exit code and the rows gone: done", unknown(false), { rows: [AFTER] }, ["true"]],
    ["the rows gone, yet another exit code", exited(137), { rows: [AFTER] }, ["false", "migrate-exit-137"]],
    ["exit code 0 and nothing gone", exited(0), { rows: [BEFORE] }, ["false", "down-without-effect"]],
    ["the row gone, and not what it stands for", exited(0), { rows: [AFTER], left: true }, ["false", "objects-remain"]],
    [
      "whether it is gone cannot be read",
      exited(0),
      { rows: [AFTER], left: refused },
      ["unproven", "objects-unproven"],
    ],
    ["the same, yet another exit code", exited(9), { rows: [AFTER], left: refused }, ["false", "migrate-exit-9"]],
    ["who is at work cannot be read, and it has exited", exited(0), { rows: [AFTER], busy: [refused] }, ["true"]],
    [
      "killed, and whether its session works on cannot be read",
      unknown(true),
      { rows: [BEFORE], busy: [refused] },
      ["open", "migration-under-way"],
    ],
    ["one of two gone", exited(1), { rows: [applied(5, 6, 7)] }, ["false", "down-partial"]],
    ["a third gone", exited(0), { rows: [applied(5)] }, ["false", "down-too-far"]],
    ["another row there", exited(0), { rows: [applied(5, 6, 7, 8, 9)] }, ["false", "foreign-change"]],
    ["no end seen and nothing gone: it may go on", unknown(false), { rows: [BEFORE] }, ["open", "down-still-going"]],
    [
      "no end seen and one gone: it may go on",
      unknown(false),
      { rows: [applied(5, 6, 7)] },
      ["open", "down-still-going"],
    ],
    ["killed with nothing gone", unknown(true), { rows: [BEFORE] }, ["false", "down-not-done"]],
    ["killed with one gone", unknown(true), { rows: [applied(5, 6, 7)] }, ["false", "down-partial"]],
    [
      "killed, and its session commits later",
      unknown(true),
      { rows: [AFTER], busy: [[SESSION], [SESSION], []] },
      ["true"],
    ],
    [
      "killed, and its session never ends",
      unknown(true),
      { rows: [BEFORE], busy: [[SESSION]] },
      ["open", "migration-under-way"],
    ],
    ["the list still moving: the last look counts", exited(0), { rows: [applied(5, 6, 7), AFTER] }, ["true"]],
    ["the list late to answer", exited(0), { rows: [unread, unread, AFTER] }, ["true"]],
    ["the list never read", exited(0), { rows: [unread] }, ["open", "migrations-unread"]],
  ])("%s", async (_name, end, shown, expected) => {
    expect((await verdict(end, shown)).slice(0, expected.length)).toEqual(expected);
  });

  it("partial: the version on top, and the command for the rest", async () => {
    const [, , failure] = await verdict(exited(1), { rows: [applied(5, 6, 7)] });
    expect(failure).toMatchObject({
      text: expect.stringContaining("migration 7 is the newest now, 6 was to be"),
      next: expect.arrayContaining(["vulcan-ops migrate down --to 6"]),
    });
  });
});
