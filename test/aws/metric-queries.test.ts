import { expect, it } from "vitest";
import { queriesOf } from "../../src/aws/cloudwatch/metric-queries.ts";

const subjectOf = (loadBalancer: string) => ({
  cluster: "c",
  service: "s",
  database: "d",
  groups: [{ targetGroup: "targetgroup/vulcan/1", loadBalancer }],
});

it.each([
  [
    "app/vulcan/1",
    "AWS/ApplicationELB",
    ["healthy", "unhealthy", "errors", "errors", "requests", "latency", "refused"],
  ],
  ["net/vulcan/1", "AWS/NetworkELB", ["healthy", "unhealthy"]],
])("%s is asked in %s, for what that has", (loadBalancer, namespace, metrics) => {
  const asked = queriesOf(subjectOf(loadBalancer)).filter(({ dimensions }) => dimensions.LoadBalancer !== undefined);
  expect(asked.map(({ metric }) => metric)).toEqual(metrics);
  expect(new Set(asked.map((one) => one.namespace))).toEqual(new Set([namespace]));
});
