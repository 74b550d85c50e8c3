import { expect, it } from "vitest";
import { judgeDatabaseState } from "../../src/checks/database/database-state.ts";
import { judgeUnusedTargets } from "../../src/checks/deployment/target-groups.ts";

it.each([
  ["available", ["ok database-available"]],
  ["backing-up", []],
  ["modifying", []],
  ["storage-full", []],
  ["stopped", ["warn database-closed"]],
  ["starting", ["warn database-closed"]],
  ["inaccessible-encryption-credentials-recoverable", ["warn database-closed"]],
  ["incompatible-parameters", ["warn database-closed"]],
])("a database that is %s: %j", (status, expected) => {
  const found = judgeDatabaseState("vulcan-prod", { id: "vulcan-prod", status });
  expect(found.map(({ level, code }) => `${level} ${code}`)).toEqual(expected);
});

it("a database that RDS does not know is not checked, and that is said", () => {
  expect(judgeDatabaseState("vulcan", undefined)).toMatchObject([
    { level: "warn", code: "not-checked", text: expect.stringContaining("RDS has no instance vulcan") },
  ]);
});

const GROUP = { arn: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/vulcan/6d0e", exists: true };
const target = (state: string, description?: string) => ({
  address: "10.0.0.1",
  state,
  ...(description && { description }),
});
const ZONE = "Target is in an Availability Zone that is not enabled for the load balancer";

it.each<[string, object, readonly ReturnType<typeof target>[], readonly string[]]>([
  ["one in a zone without the balancer", { balancers: ["b"] }, [target("healthy"), target("unused", ZONE)], [ZONE]],
  ["all of them healthy", { balancers: ["b"] }, [target("healthy")], []],
  [
    "unhealthy ones, which the release explains",
    { balancers: ["b"] },
    [target("unhealthy", "Health checks failed")],
    [],
  ],
  ["a group behind no balancer, which is told already", { balancers: [] }, [target("unused", "not in use")], []],
  ["a group that is gone", { exists: false }, [target("unused", "x")], []],
])("targets that take no requests: %s", (_name, group, targets, why) => {
  const found = judgeUnusedTargets([{ ...GROUP, ...group }], [targets]);
  expect(found.map(({ text }) => text)).toEqual(why.map((one) => `1 of 2 targets of vulcan takes no requests: ${one}`));
});

it("targets that could not be read are not checked, and that is said", () => {
  const found = judgeUnusedTargets([{ ...GROUP, balancers: ["b"] }], [new Error("refused")]);
  expect(found).toMatchObject([{ level: "warn", code: "not-checked", text: expect.stringMatching(/vulcan.*refused/) }]);
});
