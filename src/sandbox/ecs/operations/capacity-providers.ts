import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { list, number, records, required, text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { page } from "../../http/page.ts";
import type { World } from "../../world.ts";
import { findCluster } from "../find.ts";
import { ecsArn, shortName } from "../names.ts";
import { clusterView } from "../views/cluster.ts";

/** Those that every account has. [D] Others need EC2 instances. */
const PROVIDERS: readonly string[] = ["FARGATE", "FARGATE_SPOT"];

const providerView = (world: World, name: string): Output => ({
  capacityProviderArn: ecsArn(world, `capacity-provider/${name}`),
  name,
  status: "ACTIVE",
  tags: [],
});

function checkProviders(input: Input): void {
  const strategy = records(input, "defaultCapacityProviderStrategy");
  const named = [...texts(input, "capacityProviders"), ...strategy.map((one) => text(one, "capacityProvider") ?? "")];
  const unknown = named.find((name) => !PROVIDERS.includes(shortName(name)));
  if (unknown === undefined) return;
  const message = `The specified capacity provider '${unknown}' was not found. Specify a valid name or ARN and try again.`;
  throw new AwsError("InvalidParameterException", message);
}

export const capacityProviderOperations: Readonly<Record<string, Operation>> = {
  DescribeCapacityProviders: reading((world, input) => {
    const asked = list(input, "capacityProviders").length === 0 ? PROVIDERS : texts(input, "capacityProviders");
    const isKnown = (name: string): boolean => PROVIDERS.includes(shortName(name));
    const known = asked.filter(isKnown);
    const size = number(input, "maxResults") ?? 10;
    const { items, nextToken } = page(known, size, text(input, "nextToken"), "capacity-providers");
    return {
      capacityProviders: items.map((name) => providerView(world, shortName(name))),
      failures: asked
        .filter((name) => !isKnown(name))
        .map((name) => ({ arn: ecsArn(world, `capacity-provider/${shortName(name)}`), reason: "MISSING" })),
      nextToken,
    };
  }),

  /** Replaces both lists. [D] */
  PutClusterCapacityProviders: changing((world, input) => {
    const cluster = findCluster(world, { cluster: required(input, "cluster") });
    checkProviders(input);
    const capacityProviders = list(input, "capacityProviders");
    const defaultCapacityProviderStrategy = list(input, "defaultCapacityProviderStrategy");
    cluster.settings = { ...cluster.settings, capacityProviders, defaultCapacityProviderStrategy };
    return { cluster: clusterView(cluster, ["SETTINGS", "CONFIGURATIONS"]) };
  }),
};
