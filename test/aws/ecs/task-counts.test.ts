import { ECSClient } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { taskCounts } from "../../../src/aws/ecs/task-counts.ts";
import * as sdk from "../../../src/aws/sdk/ecs.ts";
import { answerJson, useOwnEndpoint } from "../own-endpoint.ts";

const ARN = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/c/s/d1";
const BRIEFS = [{ serviceDeploymentArn: ARN, status: "SUCCESSFUL" as const }];
let asked = 0;
let refusal: string | undefined;

useOwnEndpoint((_asked, response) => {
  asked += 1;
  if (refusal === undefined) {
    const counted = { serviceDeploymentArn: ARN, targetServiceRevision: { requestedTaskCount: 3 } };
    return answerJson(response, { serviceDeployments: [counted] });
  }
  return answerJson(response, { __type: refusal, message: "no" }, 400);
});

const client = () => new ECSClient({ region: "eu-west-1", maxAttempts: 1 });

it.each([
  ["ThrottlingException", 2, "a count that AWS would not tell for the moment is asked for again"],
  ["AccessDeniedException", 1, "a count that is not allowed is asked for once"],
])("%s: %i requests, for %s", async (code, requests) => {
  const { count } = taskCounts();
  [asked, refusal] = [0, code];
  expect((await count(client(), sdk, BRIEFS)).unread.get(ARN)).toMatch(/\S/);
  refusal = undefined;
  const again = await count(client(), sdk, BRIEFS);
  expect(asked).toBe(requests);
  expect(again.unread.size).toBe(requests === 2 ? 0 : 1);
  expect(again.counts.get(ARN)).toBe(requests === 2 ? 3 : undefined);
});
