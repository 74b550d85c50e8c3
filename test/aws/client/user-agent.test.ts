import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { createClients } from "../../../src/aws/client/clients.ts";
import type { UserAgent } from "../../../src/aws/client/user-agent.ts";
import { answerJson, useOwnEndpoint } from "../own-endpoint.ts";

const seen: string[] = [];
useOwnEndpoint(({ request }, response) => {
  seen.push(request.headers["user-agent"] ?? "");
  answerJson(response, { services: [] });
});

/** AWS refuses a request whose headers have grown: HTTP 431. */
it("names the program and the execution once in each request, however many went before", async () => {
  const userAgent: UserAgent = { version: "1.2.3" };
  const ecs = await createClients({ region: "eu-west-1", userAgent }, 1).ecs();
  const ask = () => ecs.send(new DescribeServicesCommand({ services: ["vulcan"] }));
  await ask();
  userAgent.execution = "x0001";
  for (let request = 0; request < 3; request++) await ask();
  const ours = (header: string) => header.split(" ").filter((part) => /^(vulcan-ops|execution)\//.test(part));
  expect(seen.map(ours)).toEqual([["vulcan-ops/1.2.3"], ...Array(3).fill(["vulcan-ops/1.2.3", "execution/x0001"])]);
});
