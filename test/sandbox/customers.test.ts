import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dimension } from "../../src/domain/aws/alarm-subject.ts";
import { openRig, type Rig } from "../support/sandbox-harness.ts";

const CUSTOMERS = 240;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 60, { customers: CUSTOMERS });
});
afterAll(() => rig.close());

/** What the targets answered by the minute in the last so many, oldest first. */
async function minutesOf(name: string, minutes: number): Promise<readonly number[]> {
  const { TargetGroups = [] } = await new ElasticLoadBalancingV2Client({}).send(new DescribeTargetGroupsCommand({}));
  const { TargetGroupArn: group = "", LoadBalancerArns: [balancer = ""] = [] } = TargetGroups[0] ?? {};
  const Dimensions = [
    { Name: "TargetGroup", Value: dimension(group) },
    { Name: "LoadBalancer", Value: dimension(balancer) },
  ];
  const Metric = { Namespace: "AWS/ApplicationELB", MetricName: name, Dimensions };
  const now = rig.sandbox.now();
  const { MetricDataResults = [] } = await new CloudWatchClient({}).send(
    new GetMetricDataCommand({
      StartTime: new Date(now - minutes * 60_000),
      EndTime: new Date(now),
      ScanBy: "TimestampAscending",
      MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 60, Stat: "Sum" } }],
    }),
  );
  return MetricDataResults[0]?.Values ?? [];
}

test("customers' requests are counted by what the tasks of each minute answer, and none is sent", async () => {
  const requests = await minutesOf("RequestCount", 40);
  expect(requests.length).toBeGreaterThanOrEqual(38);
  expect(new Set(requests)).toEqual(new Set([CUSTOMERS]));
  // The earlier release failed none; this one fails a third of them.
  const failed = await minutesOf("HTTPCode_Target_5XX_Count", 40);
  expect(failed.length).toBeLessThan(requests.length - 10);
  expect(new Set(failed)).toEqual(new Set([CUSTOMERS / 3]));
});

test("a release that answers them fails none", async () => {
  await rig.sandbox.reset("healthy");
  expect(new Set(await minutesOf("RequestCount", 10))).toEqual(new Set([CUSTOMERS]));
  expect(await minutesOf("HTTPCode_Target_5XX_Count", 10)).toEqual([]);
});
