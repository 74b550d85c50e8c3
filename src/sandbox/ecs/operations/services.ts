import { AwsError } from "../../wire/aws-error.ts";
import { number, text, texts } from "../../wire/input.ts";
import { changing, type Operation, reading } from "../../wire/operation.ts";
import { page } from "../../wire/page.ts";
import { findCluster, findService } from "../find.ts";
import { shortName } from "../names.ts";
import { shownService } from "../stale.ts";
import { updateService } from "../update-service.ts";
import { serviceView } from "../views/service.ts";

/** DescribeServices takes ten at most. [D] */
const MOST = 10;

export const serviceOperations: Readonly<Record<string, Operation>> = {
  ListServices: reading((world, input) => {
    const arns = [...findCluster(world, input).services.values()].map(({ arn }) => arn);
    const { items, nextToken } = page(arns, number(input, "maxResults") ?? 10, text(input, "nextToken"), "services");
    return { serviceArns: items, nextToken };
  }),

  DescribeServices: reading((world, input) => {
    const cluster = findCluster(world, input);
    const asked = texts(input, "services");
    if (asked.length === 0) throw new AwsError("InvalidParameterException", "Services cannot be empty.");
    if (asked.length > MOST) {
      throw new AwsError("InvalidParameterException", "Members of the list of services cannot be more than 10.");
    }
    const found = asked.map((name) => [name, cluster.services.get(shortName(name))] as const);
    const missing = (name: string): string =>
      name.startsWith("arn:") ? name : `${cluster.arn.replace(":cluster/", ":service/")}/${name}`;
    return {
      services: found.flatMap(([, service]) => (service === undefined ? [] : [shownService(world, service)])),
      failures: found.flatMap(([name, service]) =>
        service === undefined ? [{ arn: missing(name), reason: "MISSING" }] : [],
      ),
    };
  }),

  UpdateService: changing((world, input) => ({
    service: serviceView(updateService(world, findService(world, input), input)),
  })),
};
