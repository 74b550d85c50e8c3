import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { servicesIn } from "../../src/aws/iam/role.ts";
import { judgeNetworkMode, judgePlaces, type PlaceEvidence } from "../../src/checks/deployment/subnets.ts";
import { judgeRoleTrust, type RoleEvidence, roleFindings } from "../../src/checks/revision/role-trust.ts";
import type { Finding } from "../../src/domain/operation.ts";
import { definitionOf, serviceOf, worldOf } from "../actions/support.ts";

const codes = (found: readonly Finding[]) => found.map(({ level, code }) => `${level} ${code}`);

describe("the roles of a revision", () => {
  const [task, execution] = ["arn:aws:iam::111122223333:role/task", "arn:aws:iam::111122223333:role/team/execution"];
  const wanted = definitionOf(42, { taskRole: task, executionRole: execution });
  const good = (name: string) => ({ name, trusts: ["ecs-tasks.amazonaws.com"] });
  const seen = (change: RoleEvidence = new Map()): RoleEvidence =>
    new Map([[task, good("task")], [execution, good("execution")], ...change]);

  it.each<[string, RoleEvidence, readonly string[]]>([
    ["both there", seen(), ["ok roles-there"]],
    ["one gone", seen(new Map([[task, undefined]])), ["block role-gone"]],
    ["both gone", new Map(), ["block role-gone", "block role-gone"]],
    [
      "trusting another service",
      seen(new Map([[task, { name: "t", trusts: ["ec2.amazonaws.com"] }]])),
      ["block role-untrusted"],
    ],
    ["trusting no service", seen(new Map([[task, { name: "t", trusts: [] }]])), ["block role-untrusted"]],
    ["trusting all", seen(new Map([[task, { name: "t", trusts: ["*"] }]])), ["ok roles-there"]],
    [
      "of China's trust",
      seen(new Map([[task, { name: "t", trusts: ["ecs-tasks.amazonaws.com.cn"] }]])),
      ["ok roles-there"],
    ],
    ["with a policy that denies", seen(new Map([[task, { name: "t", trusts: undefined }]])), ["warn not-checked"]],
    [
      "none of them read, for the same reason, which is told once",
      new Map([
        [task, new Error("refused")],
        [execution, new Error("refused")],
      ]),
      ["warn not-checked"],
    ],
    ["one that may not be read", seen(new Map([[execution, new Error("refused")]])), ["warn not-checked"]],
  ])("%s", (_name, evidence, expected) => {
    expect(codes(judgeRoleTrust(wanted, evidence))).toEqual(expected);
  });

  it("none named: nothing to say", () => {
    expect(judgeRoleTrust(definitionOf(42), new Map())).toEqual([]);
  });

  it("one of another account is not asked for in this one, and a name alone is", async () => {
    const { around } = worldOf().aws;
    const asked: string[] = [];
    const role = async (name: string) => void asked.push(name);
    const elsewhere = definitionOf(42, { taskRole: "arn:aws:iam::999900001111:role/task", executionRole: "short" });
    const found = await roleFindings(elsewhere, serviceOf(43).arn, { around: { ...around, role } });
    expect([codes(found), asked]).toEqual([["warn not-checked", "block role-gone"], ["short"]]);
  });
});

describe("who may assume a role", () => {
  const document = (Statement: unknown) => encodeURIComponent(JSON.stringify({ Version: "2012-10-17", Statement }));
  const allow = (Principal: unknown, Action: unknown = "sts:AssumeRole") => ({ Effect: "Allow", Principal, Action });
  const tasks = { Service: "ecs-tasks.amazonaws.com" };

  it.each<[string, unknown, readonly string[] | undefined]>([
    ["a service", allow(tasks), ["ecs-tasks.amazonaws.com"]],
    ["several services", [allow({ Service: ["a", "b"] })], ["a", "b"]],
    ["several statements", [allow({ Service: "a" }), allow(tasks)], ["a", "ecs-tasks.amazonaws.com"]],
    [
      "under a condition",
      { ...allow(tasks), Condition: { StringEquals: { "aws:SourceAccount": "1" } } },
      ["ecs-tasks.amazonaws.com"],
    ],
    ["accounts alone", allow({ AWS: "arn:aws:iam::1:root" }), []],
    ["everyone", allow("*"), ["*"]],
    ["another action alone", allow(tasks, "sts:TagSession"), []],
    ["one action of several", allow(tasks, ["sts:TagSession", "sts:AssumeRole"]), ["ecs-tasks.amazonaws.com"]],
    ["every action", allow(tasks, "sts:*"), ["ecs-tasks.amazonaws.com"]],
    ["every action that begins so", allow(tasks, "sts:AssumeRole*"), ["ecs-tasks.amazonaws.com"]],
    ["every action of a letter", allow(tasks, "STS:a*"), ["ecs-tasks.amazonaws.com"]],
    ["every account", allow({ AWS: "*" }), ["*"]],
    ["all but some actions", { Effect: "Allow", Principal: tasks, NotAction: "sts:TagSession" }, undefined],
    ["all but some principals", { Effect: "Allow", NotPrincipal: tasks, Action: "sts:AssumeRole" }, undefined],
    ["no statement", [], undefined],
    ["a denial beside it", [allow(tasks), { ...allow(tasks), Effect: "Deny" }], undefined],
    ["a statement that is none", ["x"], undefined],
  ])("%s", (_name, statement, expected) => {
    expect(servicesIn(document(statement))).toEqual(expected);
  });

  it("is not known of any text that is no policy", () => {
    fc.assert(fc.property(fc.string(), (text) => servicesIn(text) === undefined));
    for (const text of ["{}", "1", '"x"', "null", "[]"]) expect(servicesIn(text)).toBeUndefined();
    expect(servicesIn("%")).toBeUndefined();
    expect(servicesIn(document(allow(tasks)).slice(1))).toBeUndefined();
  });
});

describe("the network of a service", () => {
  const service = serviceOf(43, { desired: 3 });
  const places = { subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-1"] };
  const subnet = (id: string, free = 100) => ({ id, vpc: "vpc-1", free });
  const whole: PlaceEvidence = {
    subnets: places.subnets.map((id) => subnet(id)),
    securityGroups: [{ id: "sg-1", vpc: "vpc-1" }],
  };

  it.each<[string, Partial<PlaceEvidence>, readonly string[]]>([
    ["there", {}, ["ok subnets-there"]],
    ["one subnet gone", { subnets: [subnet("subnet-a")] }, ["warn subnet-gone"]],
    ["all subnets gone", { subnets: [] }, ["block subnet-gone"]],
    ["subnets not read", { subnets: new Error("refused") }, ["warn not-checked"]],
    ["hardly a free address", { subnets: places.subnets.map((id) => subnet(id, 1)) }, ["warn subnets-full"]],
    [
      "an IPv6 subnet beside a full one",
      { subnets: [{ id: "subnet-a", vpc: "vpc-1" }, subnet("subnet-b", 1)] },
      ["warn subnets-full"],
    ],
    ["IPv6 alone", { subnets: places.subnets.map((id) => ({ id, vpc: "vpc-1" })) }, ["ok subnets-there"]],
    ["a security group gone", { securityGroups: [] }, ["block security-group-gone"]],
    ["one of another VPC", { securityGroups: [{ id: "sg-1", vpc: "vpc-2" }] }, ["block security-group-elsewhere"]],
    ["groups not read", { securityGroups: new Error("refused") }, ["warn not-checked"]],
    ["nothing read", { subnets: new Error("a"), securityGroups: new Error("b") }, ["warn not-checked"]],
  ])("%s", (_name, change, expected) => {
    expect(codes(judgePlaces(service, places, { ...whole, ...change }))).toEqual(expected);
  });

  it.each<[string | undefined, boolean, readonly string[]]>([
    ["awsvpc", true, []],
    ["awsvpc", false, ["warn not-checked"]],
    ["bridge", true, ["block network-unfit"]],
    ["bridge", false, []],
    [undefined, true, []],
    [undefined, false, []],
  ])("with a revision of mode %s, and settings of its own: %s", (networkMode, hasPlaces, expected) => {
    const wanted = definitionOf(42, networkMode === undefined ? {} : { networkMode });
    expect(codes(judgeNetworkMode(service, wanted, hasPlaces))).toEqual(expected);
  });
});
