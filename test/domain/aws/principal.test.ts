import { describe, expect, it } from "vitest";
import { isSamePrincipal, principalName } from "../../../src/domain/aws/principal.ts";

const caller = (within: string, account = "111122223333") => ({
  account,
  arn: `arn:aws:${within.startsWith("assumed-role") ? "sts" : "iam"}::${account}:${within}`,
});
const ROLE = "assumed-role/Operator";
const SSO = "assumed-role/AWSReservedSSO_Admin_0123456789abcdef";

describe("whether two callers are the same principal", () => {
  it.each([
    [`${ROLE}/alice`, `${ROLE}/alice`, true],
    [`${ROLE}/alice`, `${ROLE}/bob`, false],
    [`${ROLE}/alice`, "assumed-role/Admin/alice", false],
    [`${ROLE}/vulcan-ops`, `${ROLE}/vulcan-ops`, true],
    [`${ROLE}/botocore-session-1712750000`, `${ROLE}/botocore-session-1712759999`, true],
    [`${ROLE}/botocore-session-1712750000`, `${ROLE}/alice`, false],
    [`${ROLE}/i-0abc12345678def00`, `${ROLE}/i-0123456789abcdef0`, true],
    [`${ROLE}/GitHubActions-8123456789`, `${ROLE}/GitHubActions-8123456790`, true],
    [`${SSO}/alice@example.com`, `${SSO}/bob@example.com`, false],
    ["user/alice", "user/alice", true],
    ["user/alice", "user/bob", false],
    ["user/team/alice", "user/other/alice", false],
    ["user/alice", `${ROLE}/alice`, false],
    ["root", "root", true],
  ])("%s, then %s: %s", (before, now, expected) => {
    expect(isSamePrincipal(caller(before), caller(now))).toBe(expected);
  });

  it("never is where the account differs", () => {
    expect(isSamePrincipal(caller("root"), caller("root", "999999999999"))).toBe(false);
  });

  it.each([
    [`${ROLE}/bob`, "Operator/bob"],
    ["user/team/bob", "user/team/bob"],
    ["root", "root"],
  ])("%s is typed as %s", (within, name) => expect(principalName(caller(within))).toBe(name));
});
