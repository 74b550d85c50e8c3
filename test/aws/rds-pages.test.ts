import { expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";
import type { RdsReads } from "../../src/domain/aws/reads.ts";
import { useOwnEndpoint } from "./own-endpoint.ts";

const PAGES = 12;
const day = (page: number) => `2026-04-${String(page + 1).padStart(2, "0")}T00:00:00Z`;
const DB = "arn:aws:rds:eu-west-1:111122223333:db:vulcan-prod";

/** What is on a page, which RDS gives in an order of its own: the newest is on the last one. */
const ITEMS: Readonly<Record<string, (page: number) => string>> = {
  DescribeEvents: (page) => `<Events><Event><Message>m${page}</Message><Date>${day(page)}</Date></Event></Events>`,
  DescribeDBSnapshots: (page) =>
    `<DBSnapshots><DBSnapshot><DBSnapshotIdentifier>s${page}</DBSnapshotIdentifier><SnapshotType>manual</SnapshotType><Status>available</Status><SnapshotCreateTime>${day(page)}</SnapshotCreateTime></DBSnapshot></DBSnapshots>`,
  DescribeDBInstanceAutomatedBackups: (page) =>
    `<DBInstanceAutomatedBackups><DBInstanceAutomatedBackup><DbiResourceId>db-${page}</DbiResourceId><Status>retained</Status></DBInstanceAutomatedBackup></DBInstanceAutomatedBackups>`,
  DescribeBlueGreenDeployments: (page) =>
    `<BlueGreenDeployments><member><BlueGreenDeploymentIdentifier>b${page}</BlueGreenDeploymentIdentifier><Status>AVAILABLE</Status><Source>${DB}${page === PAGES - 1 ? "" : "-other"}</Source></member></BlueGreenDeployments>`,
};

useOwnEndpoint(({ operation, body }, response) => {
  const page = Number(new URLSearchParams(body).get("Marker") ?? 0);
  const marker = page + 1 < PAGES ? `<Marker>${page + 1}</Marker>` : "";
  const result = `<${operation}Result>${ITEMS[operation]?.(page)}${marker}</${operation}Result>`;
  response.writeHead(200, { "content-type": "text/xml" });
  response.end(`<${operation}Response>${result}</${operation}Response>`);
});

const { rds } = createReads(createClients({ region: "eu-west-1" }, 1));

it.each<[string, (reads: RdsReads) => Promise<readonly unknown[]>, number, object]>([
  ["events", (reads) => reads.events("vulcan-prod", 0), PAGES, { text: "m0" }],
  ["snapshots, the newest first", (reads) => reads.snapshots("vulcan-prod"), PAGES, { id: "s11" }],
  ["automated backups", (reads) => reads.automatedBackups("vulcan-prod"), PAGES, { resourceId: "db-0" }],
  ["the one Blue/Green deployment, on the last page", (reads) => reads.blueGreen("vulcan-prod"), 1, { id: "b11" }],
])("all pages are read: %s", async (_what, read, count, first) => {
  const found = await read(rds);
  expect([found.length, found[0]]).toEqual([count, expect.objectContaining(first)]);
});
