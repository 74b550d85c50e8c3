import { describe, expect, it } from "vitest";
import { mayContinueUnproven } from "../../src/actions/database/unproven.ts";
import { translate } from "../../src/database/errors.ts";

const SOON = 1000;
const isTriedAgain = (code: string): boolean => mayContinueUnproven(code, 0, SOON);

describe("a proof that fails", () => {
  it.each<[string, string]>([
    ["57P03", "the database system is starting up"],
    ["57P03", "the database system is not yet accepting connections"],
    ["57P01", "terminating connection due to administrator command"],
    ["57P02", "terminating connection because of crash of another server process"],
    ["53300", "remaining connection slots are reserved"],
    ["53300", 'too many connections for role "op"'],
    ["ECONNRESET", "read ECONNRESET"],
    ["ECONNREFUSED", "connect ECONNREFUSED"],
    ["ENOTFOUND", "getaddrinfo ENOTFOUND"],
  ])("passes by itself with %s, %s: it is tried again", (code, message) => {
    const { detail } = translate({ code, message }, "db:5432");
    expect(isTriedAgain(detail.code)).toBe(true);
    expect(detail.message).toContain("db:5432");
    expect(detail.message).toContain(/^E/.test(code) ? code : message);
  });

  it.each<[string, string, string]>([
    ["28P01", 'password authentication failed for user "op"', "database-refused"],
    ["28000", 'PAM authentication failed for user "op"', "database-refused"],
    ["28000", 'no pg_hba.conf entry for host "10.0.0.1", user "op", database "v", SSL on', "database-refused"],
    ["42501", "permission denied for table migrations", "database-refused"],
    ["3D000", 'database "v" does not exist', "database-absent"],
    ["CERT_HAS_EXPIRED", "certificate has expired", "database-untrusted"],
    ["08P01", "transaction blocks not allowed in statement pooling mode", "database-failed"],
  ])("does not with %s, %s: it stops at once", (code, message, expected) => {
    const { detail } = translate({ code, message }, "db:5432");
    expect(detail.code).toBe(expected);
    expect(isTriedAgain(detail.code)).toBe(false);
  });
});
