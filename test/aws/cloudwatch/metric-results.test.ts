import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createClients } from "../../../src/aws/client/clients.ts";
import { createReads } from "../../../src/aws/reads.ts";
import type { AwsReads } from "../../../src/domain/aws/reads.ts";
import { MINUTE } from "../../../src/domain/watch/series.ts";

interface Result {
  readonly id: string;
  readonly values: readonly number[];
  readonly status: string;
}

/** What the server answers, a page after the other; it starts again from the first. */
let pages: readonly (readonly Result[])[] = [];

const FROM = Date.parse("2026-04-10T03:00:00Z");
const body = ({ id, values, status }: Result) => ({
  Id: id,
  StatusCode: status,
  Timestamps: values.map((_, minute) => (FROM + minute * MINUTE) / 1000),
  Values: values,
});

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const { NextToken = "0" } = JSON.parse(Buffer.concat(parts).toString()) as { readonly NextToken?: string };
    const page = Number(NextToken);
    const isMore = page + 1 < pages.length;
    const answer = { MetricDataResults: pages[page]?.map(body), ...(isMore && { NextToken: String(page + 1) }) };
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
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

const SPAN = { from: FROM, to: FROM + 60 * MINUTE };
const GROUP = { targetGroup: "targetgroup/v/1", loadBalancer: "app/v/1" };
const { watch } = createReads(createClients({ region: "eu-west-1" }, 1));

const READS: readonly [string, (reads: AwsReads["watch"]) => Promise<unknown>][] = [
  ["traffic", (reads) => reads.traffic([GROUP], SPAN)],
  ["free storage", (reads) => reads.freeStorage("vulcan-prod", SPAN)],
];
const series = (values: readonly number[], status: string) => ["m0", "m1", "m2"].map((id) => ({ id, values, status }));

it.each(["PartialData", "Forbidden", "InternalError"])("%s at the end is not the whole of it", async (status) => {
  pages = [series([1], status)];
  for (const [, read] of READS) await expect(read(watch)).rejects.toThrow(status);
  const subject = { cluster: "c", service: "s", database: "d", groups: [] };
  expect((await watch.metrics(subject, SPAN)).remarks).toContain(
    `CloudWatch did not give all of CPUUtilization (${status})`,
  );
});

it("adds up the pages, and PartialData means only that another one follows", async () => {
  pages = [series([5], "PartialData"), series([7], "Complete")];
  expect(await watch.traffic([GROUP], SPAN)).toEqual([{ at: FROM, requests: 12, failed: 12, p95: 7000 }]);
  expect(await watch.freeStorage("vulcan-prod", SPAN)).toHaveLength(2);
});

it.each(READS)("%s that ends nowhere is no answer", async (_name, read) => {
  pages = Array.from({ length: 99 }, () => series([1], "Complete"));
  await expect(read(watch)).rejects.toThrow("has no end");
});
