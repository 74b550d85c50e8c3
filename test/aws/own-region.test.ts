import { beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createGateway } from "../../src/aws/gateway.ts";
import { createReads } from "../../src/aws/reads.ts";
import { awsLine } from "../../src/domain/aws/cli-command.ts";
import { answerJson, useOwnEndpoint } from "./own-endpoint.ts";

/** What lies in a region is known in that region alone; the server sees by the signature which one was asked. */
interface Asked {
  readonly operation: string;
  readonly region: string;
  readonly body: string;
}

type Answer = (asked: Asked) => { readonly status?: number; readonly json: object };

let answer: Answer;
let asked: Asked[] = [];
useOwnEndpoint(({ request, operation, body }, response) => {
  const [, region = ""] = /Credential=[^/]+\/\d+\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? "") ?? [];
  if (operation === "GetCallerIdentity") return response.end(CALLER);
  asked.push({ operation, region, body });
  const { status = 200, json } = answer({ operation, region, body });
  return answerJson(response, json, status);
});

const CALLER =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
beforeEach(() => {
  asked = [];
});

const clients = () => createClients({ region: "eu-west-1" }, 1);
const { around } = createReads(clients());
const failing = (name: string) => ({ status: 400, json: { __type: name, message: "no" } });

describe("an image", () => {
  const there: Answer = ({ region }) =>
    region === "us-east-1"
      ? { json: { imageDetails: [{ imageDigest: "sha256:aa" }] } }
      : failing("RepositoryNotFoundException");

  it.each([
    "111122223333.dkr.ecr.us-east-1.amazonaws.com/vulcan:1.42.0",
    "444455556666.dkr.ecr.us-east-1.amazonaws.com/team/vulcan:1.42.0",
    "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/vulcan:1.42.0",
    "111122223333.dkr-ecr.us-east-1.on.aws/vulcan:1.42.0",
  ])("is asked for in the registry that its name says: %s", async (ref) => {
    answer = there;
    expect(await around.image(ref)).toEqual({ digest: "sha256:aa" });
    expect(asked.map(({ region }) => region)).toEqual(["us-east-1"]);
    expect(JSON.parse(asked[0]?.body ?? "").registryId).toBe(ref.slice(0, 12));
  });

  it("is gone where that registry says that it does not have it", async () => {
    answer = () => failing("ImageNotFoundException");
    expect(await around.image("444455556666.dkr.ecr.us-east-1.amazonaws.com/vulcan:1.42.0")).toBeUndefined();
  });

  it("is gone with its repository, at home", async () => {
    answer = () => failing("RepositoryNotFoundException");
    expect(await around.image("111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.42.0")).toBeUndefined();
  });

  it.each([
    ["another account does not show the repository", "444455556666", "eu-west-1", "RepositoryNotFoundException"],
    ["another region does not show the repository", "111122223333", "us-east-1", "RepositoryNotFoundException"],
    ["it may not be asked", "444455556666", "eu-west-1", "AccessDeniedException"],
    ["the registry is throttled", "111122223333", "eu-west-1", "ThrottlingException"],
  ])("is not known where %s", async (_name, account, region, error) => {
    answer = () => failing(error);
    await expect(around.image(`${account}.dkr.ecr.${region}.amazonaws.com/vulcan:1.42.0`)).rejects.toThrow(error);
  });

  it("is not known where the answer says nothing of it", async () => {
    answer = () => ({ json: { imageDetails: [] } });
    await expect(around.image("111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.42.0")).rejects.toThrow(
      "imageDigest",
    );
  });
});

describe("a secret", () => {
  const arn = (account: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:relay-key-Zz98Yx:key::`;

  it("is asked for where its ARN says that it lies", async () => {
    answer = ({ region }) =>
      region === "us-east-1" ? { json: { Name: "relay" } } : failing("ResourceNotFoundException");
    expect(await around.hasSecret(arn("111122223333"))).toBe(true);
    expect(asked.map(({ region }) => region)).toEqual(["us-east-1"]);
  });

  it("is gone where its own region says so, and not known where another account does", async () => {
    answer = () => failing("ResourceNotFoundException");
    expect(await around.hasSecret(arn("111122223333"))).toBe(false);
    await expect(around.hasSecret(arn("444455556666"))).rejects.toThrow("ResourceNotFoundException");
  });
});

it("a log is read where its driver writes", async () => {
  answer = () => ({ json: { events: [{ timestamp: 0, message: "line" }] } });
  expect(await around.logTail("/ecs/vulcan", "a/b/c", 1, "us-east-1")).toHaveLength(1);
  await around.logTail("/ecs/vulcan", "a/b/c", 1);
  expect(asked.map(({ region }) => region)).toEqual(["us-east-1", "eu-west-1"]);
});

describe("a topic", () => {
  const input = { TopicArn: "arn:aws:sns:us-east-1:111122223333:ops", Message: "hello" };
  const operation = { service: "sns", name: "Publish", input };

  it("is told in its own region, and so does the line for people", async () => {
    answer = () => ({ json: {} });
    await createGateway(clients(), { now: () => 0 })
      .send(operation, "x0001-0")
      .catch(() => undefined);
    expect(asked.map(({ operation: name, region }) => [name, region])).toEqual([["Publish", "us-east-1"]]);
    expect(awsLine(operation, "eu-west-1")).toMatch(/ --region us-east-1$/);
  });
});
