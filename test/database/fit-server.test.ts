import { describe, expect, it } from "vitest";
import { requireOwnSession, requirePrimary } from "../../src/database/fit-server.ts";
import type { Session } from "../../src/database/session.ts";
import type { DatabaseServer } from "../../src/domain/database/server.ts";

const DIRECT: DatabaseServer = { isPooled: false, isReplica: false };

/** A session whose reads are answered by one server after another. */
function answeredBy(...servers: readonly DatabaseServer[]): Session {
  let read = 0;
  return {
    rows: async () => {
      read++;
      return [{ one: 1 }];
    },
    catalogueRows: async () => [],
    texts: async () => ({ rows: [["1"]], types: [23] }),
    server: () => servers[Math.min(read, servers.length - 1)] ?? DIRECT,
    processId: 1,
    close: () => {},
  };
}

const read = (session: Session) => session.rows("SELECT 1 AS one");

describe("what the primary alone can tell", () => {
  it("is told by it", async () => {
    expect(await requirePrimary(answeredBy(DIRECT), read)).toEqual([{ one: 1 }]);
  });

  it("is not asked of a replica, whose age is named", async () => {
    const replica = { ...DIRECT, isReplica: true, newestSeconds: 41.6 };
    await expect(requirePrimary(answeredBy(replica), read)).rejects.toThrow(
      "VULCAN_DATABASE_URL names a replica, its newest change is 42 s old: only the primary can tell this",
    );
  });

  it("is not believed of a replica that a pooler has asked", async () => {
    const pooled = { isPooled: true, isReplica: false };
    await expect(requirePrimary(answeredBy(pooled, { ...pooled, isReplica: true }), read)).rejects.toThrow("a replica");
  });
});

describe("what wants a session that is nobody else's", () => {
  it("is told there, and not through a pooler", async () => {
    expect(await requireOwnSession(answeredBy(DIRECT), read)).toEqual([{ one: 1 }]);
    await expect(requireOwnSession(answeredBy({ ...DIRECT, isPooled: true }), read)).rejects.toThrow(
      "through a pooler",
    );
    await expect(requireOwnSession(answeredBy(DIRECT, { ...DIRECT, isPooled: true }), read)).rejects.toThrow(
      "a pooler",
    );
  });
});
