import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";

/** How many pages the server has. Each holds one line, or one scheduled action. */
let pages = 1;

const BEGIN = Date.parse("2026-04-10T03:00:00Z");
const ANSWERS: Readonly<Record<string, (page: number) => object>> = {
  FilterLogEvents: (page) => ({
    events: [
      { timestamp: BEGIN + page * 1000, message: `line ${page}`, logStreamName: "v/v/t", eventId: String(page) },
    ],
  }),
  DescribeScheduledActions: (page) => ({
    ScheduledActions: [{ ScheduledActionName: `action ${page}`, Schedule: "rate(1 day)" }],
  }),
};

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const input = JSON.parse(Buffer.concat(parts).toString()) as { nextToken?: string; NextToken?: string };
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const page = Number(input.nextToken ?? input.NextToken ?? 0);
    const token = page + 1 < pages ? { nextToken: String(page + 1), NextToken: String(page + 1) } : {};
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ ...ANSWERS[operation]?.(page), ...token }));
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  for (const [name, value] of Object.entries({
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_PROFILE: undefined,
  }))
    vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const { around } = createReads(createClients({ region: "eu-west-1" }, 1));
const lines = () => around.logLines("group", { streamPrefix: "v/v/", from: BEGIN });

it.each([
  [1, undefined],
  [10, undefined],
  [11, "2026-04-10T03:00:09.000Z"],
])("lines of %i pages: after %s some are not read", async (count, unreadAfter) => {
  pages = count;
  const read = await lines();
  expect([read.lines.length, read.unreadAfter]).toEqual([Math.min(count, 10), unreadAfter]);
});

it("scheduled actions are read to the last page", async () => {
  pages = 25;
  const found = await around.scheduledScaling("c", "s");
  expect([found.length, found.at(-1)?.name]).toEqual([25, "action 24"]);
});
