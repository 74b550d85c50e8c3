import { beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";
import { answerJson, useOwnEndpoint } from "./own-endpoint.ts";

/** A server that lists in whatever order it likes, a page of so many at a time. */
let operations: Record<string, readonly unknown[]> = {};
let pageSize = 100;
let pages = 0;

const MEMBERS: Readonly<Record<string, string>> = {
  ListTaskDefinitions: "taskDefinitionArns",
  ListServiceDeployments: "serviceDeployments",
  DescribeServiceRevisions: "serviceRevisions",
  DescribeServices: "services",
};

useOwnEndpoint(({ operation, body }, response) => {
  const input = JSON.parse(body) as { readonly nextToken?: string };
  const [from, all] = [Number(input.nextToken ?? 0), operations[operation] ?? []];
  const isMore = from + pageSize < all.length;
  pages++;
  const page = { [MEMBERS[operation] ?? ""]: all.slice(from, from + pageSize) };
  answerJson(response, { ...page, ...(isMore && { nextToken: String(from + pageSize) }) });
});

beforeEach(() => {
  [pages, pageSize] = [0, 100];
});

const { ecs } = createReads(createClients({ region: "eu-west-1" }, 1));
const upTo = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:ecs:r:1:task-definition/v:${index + 1}`);

describe("the revisions of a family", () => {
  it("are newest first, whatever order the server has", async () => {
    operations = { ListTaskDefinitions: upTo(250) };
    const found = await ecs.revisions("v");
    expect([found.length, found[0], found.at(-1)]).toEqual([250, "v:250", "v:1"]);
  });

  it("are read as far as they are needed where the server keeps the order", async () => {
    operations = { ListTaskDefinitions: upTo(950).reverse() };
    expect((await ecs.revisions("v"))[0]).toBe("v:950");
    expect(pages).toBe(1);
    expect(await ecs.revisions("v", 700)).toContain("v:699");
    expect(pages).toBe(1 + 3);
  });

  it("are those of that family alone", async () => {
    operations = { ListTaskDefinitions: ["a/v:2", "a/v-next:9", "a/v:1"] };
    expect(await ecs.revisions("v")).toEqual(["v:2", "v:1"]);
  });
});

it("the newest deployments are kept, whatever order the server has", async () => {
  pageSize = 100;
  const deployments = Array.from({ length: 350 }, (_, index) => ({
    serviceDeploymentArn: `d${index}`,
    targetServiceRevisionArn: "r1",
    status: "SUCCESSFUL",
    createdAt: 1_700_000_000 + index,
  }));
  const revisions = [{ serviceRevisionArn: "r1", taskDefinition: "a/v:1" }];
  operations = { ListServiceDeployments: deployments, DescribeServiceRevisions: revisions };
  expect((await ecs.history("c", "s")).map(({ arn }) => arn).slice(0, 2)).toEqual(["d349", "d348"]);
});

it("the events of a service are newest first, whatever order the server has", async () => {
  const events = [
    { createdAt: 1, message: "first" },
    { createdAt: 2, message: "last" },
  ];
  const service = {
    serviceArn: "arn:aws:ecs:eu-west-1:111122223333:service/c/s",
    serviceName: "s",
    status: "ACTIVE",
    taskDefinition: "arn:aws:ecs:eu-west-1:111122223333:task-definition/s:1",
    desiredCount: 1,
    loadBalancers: [],
    deployments: [],
    events,
  };
  operations = { DescribeServices: [service] };
  expect((await ecs.service("c", "s")).events.map(({ text }) => text)).toEqual(["last", "first"]);
});
