import { expect, it } from "vitest";
import { findAdminUrl } from "../../../src/app/init/find-admin-url.ts";
import { pick } from "../../../src/app/init/pick.ts";
import type { FoundListener } from "../../../src/domain/aws/discovery.ts";
import type { Service } from "../../../src/domain/aws/ecs.ts";

const GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef";

const found = async (listeners: readonly FoundListener[], isInternal = false) => {
  const service = { targetGroups: [GROUP] } as unknown as Service;
  const reads = { targetGroups: async () => [{ arn: GROUP, exists: true, balancers: ["lb"] }] };
  const lists = {
    clusters: async () => [],
    services: async () => [],
    databases: async () => [],
    balancers: async () => [{ arn: "lb", dnsName: "Web-1.eu-west-1.elb.amazonaws.com", isInternal }],
    listeners: async () => listeners,
  };
  return (await findAdminUrl({}, reads, lists, service)).find(({ name }) => name === "adminUrl");
};

it("takes a host of a listener that speaks HTTPS, else the balancer's name, which it doubts; never one without TLS", async () => {
  const http = { port: 80, protocol: "HTTP", hosts: [] };
  const https = { port: 443, protocol: "HTTPS", hosts: [] };
  expect(await found([http, { ...https, hosts: ["vulcan.example.com"] }])).toMatchObject({
    value: "https://vulcan.example.com",
    why: "a host of its listener",
  });
  expect(await found([{ ...https, port: 8443 }], true)).toMatchObject({
    value: "https://web-1.eu-west-1.elb.amazonaws.com:8443",
    why: "the load balancer's name, which its certificate may not have, reached from inside its VPC only",
  });
  expect((await found([http]))?.value).toBeUndefined();
});

it("asks where there are several, the documented name first, and only then", async () => {
  const asked: unknown[] = [];
  const choose = async (...question: unknown[]) => {
    asked.push(question);
    return "b";
  };
  const wanted = { name: "cluster", noun: "ECS cluster", given: undefined, preset: "b" };
  expect(await pick({ ...wanted, all: ["a", "b"] }, choose)).toMatchObject({ value: "b", why: "chosen of 2" });
  expect(asked).toEqual([["Which ECS cluster?", ["a", "b"], "b"]]);
  expect(await pick({ ...wanted, all: ["a"] }, choose)).toMatchObject({ value: "a", why: "the only one" });
  await expect(pick({ ...wanted, all: [] }, choose)).rejects.toThrow("this account and region have no ECS cluster");
  await expect(pick({ ...wanted, all: ["a"], given: "z" }, choose)).rejects.toThrow("there is no ECS cluster z");
  await expect(pick({ ...wanted, all: ["a", "b"] }, async () => undefined)).rejects.toMatchObject({ exitCode: 6 });
  expect(asked).toHaveLength(1);
});
