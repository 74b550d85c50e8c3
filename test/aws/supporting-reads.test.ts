import { expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";
import { answerJson, useOwnEndpoint } from "./own-endpoint.ts";

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

useOwnEndpoint(({ operation, body }, response) => {
  const input = JSON.parse(body) as { nextToken?: string; NextToken?: string };
  const page = Number(input.nextToken ?? input.NextToken ?? 0);
  const token = page + 1 < pages ? { nextToken: String(page + 1), NextToken: String(page + 1) } : {};
  answerJson(response, { ...ANSWERS[operation]?.(page), ...token });
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
