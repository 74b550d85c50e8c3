import { describe, expect, it } from "vitest";
import { type AlarmPlace, alarmPlace, concernsTarget } from "../../../src/domain/aws/alarm-subject.ts";

const ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
const SERVICE = { name: "web", targetGroups: [`${ELB}:targetgroup/web/1`] };
const GROUPS = [{ arn: `${ELB}:targetgroup/web/1`, exists: true, balancers: [`${ELB}:loadbalancer/app/front/9`] }];
const PLACE = alarmPlace("prod", SERVICE, "orders", GROUPS);
const UNSEEN = alarmPlace("prod", SERVICE, "orders", undefined);

describe("an alarm is", () => {
  it.each<[string, string, readonly (readonly string[])[], boolean, AlarmPlace]>([
    ["own", "by the service in its cluster", [["ServiceName=web", "ClusterName=prod"]], true, PLACE],
    ["other", "by the service of that name in another cluster", [["ServiceName=web", "ClusterName=dev"]], true, PLACE],
    ["other", "by another service of the cluster", [["ServiceName=api", "ClusterName=prod"]], true, PLACE],
    ["own", "by the cluster itself", [["ClusterName=prod"]], true, PLACE],
    ["own", "by the database", [["DBInstanceIdentifier=orders"]], true, PLACE],
    [
      "own",
      "by the cluster of databases that has the name",
      [["DBClusterIdentifier=orders", "Role=WRITER"]],
      true,
      PLACE,
    ],
    ["other", "by another database", [["DBInstanceIdentifier=web"]], true, PLACE],
    ["own", "by the target group", [["TargetGroup=targetgroup/web/1"]], true, PLACE],
    ["own", "by the load balancer", [["LoadBalancer=app/front/9"]], true, PLACE],
    ["other", "by another load balancer", [["LoadBalancer=app/x/9"]], true, PLACE],
    ["unknown", "by a load balancer while the own one is not known", [["LoadBalancer=app/x/9"]], true, UNSEEN],
    ["own", "by one of several metrics", [["QueueName=q"], ["DBInstanceIdentifier=orders"]], false, PLACE],
    ["own", "by a dimension of one's own", [["app=web"]], true, PLACE],
    ["other", "by other things", [["QueueName=q"]], true, PLACE],
    ["unknown", "if something else is not known", [["QueueName=q"]], false, PLACE],
    ["unknown", "if nothing is known", [], false, PLACE],
  ])("%s: %s", (whose, _how, metrics, isWhole, place) => {
    expect(concernsTarget({ metrics, isWhole }, place)).toBe(whose);
  });
});
