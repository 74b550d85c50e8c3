import { expect, it } from "vitest";
import { createClients } from "../../../src/aws/client/clients.ts";
import { createReads } from "../../../src/aws/reads.ts";
import type { AwsReads } from "../../../src/domain/aws/reads.ts";
import { MINUTE } from "../../../src/domain/watch/series.ts";
import { answerJson, useOwnEndpoint } from "../own-endpoint.ts";

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

useOwnEndpoint((asked, response) => {
  const { NextToken = "0" } = JSON.parse(asked.body) as { readonly NextToken?: string };
  const page = Number(NextToken);
  const isMore = page + 1 < pages.length;
  answerJson(response, { MetricDataResults: pages[page]?.map(body), ...(isMore && { NextToken: String(page + 1) }) });
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
