import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { flag, number, text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { page } from "../../http/page.ts";
import { createService } from "../create-service.ts";
import { deleteService } from "../delete-service.ts";
import { findCluster, findService } from "../find.ts";
import type { Service } from "../model.ts";
import { shortName } from "../names.ts";
import { shownService } from "../stale-reads.ts";
import { updateService } from "../update-service.ts";
import { serviceView } from "../views/service.ts";

/** DescribeServices takes at most ten services. [D] */
const MOST = 10;

/** The ACTIVE services that a ListServices request asks for. A service that is being deleted is not listed. [D] */
function listed(services: readonly Service[], input: Input): Service[] {
  const filters = ["launchType", "schedulingStrategy"].filter((name) => text(input, name) !== undefined);
  return services.filter(
    (service) => service.status === "ACTIVE" && filters.every((name) => service.settings[name] === input[name]),
  );
}

/** A service with its tags, as CreateService and DeleteService return it. */
const taggedView = (service: Service): Output => ({ ...serviceView(service), tags: service.tags });

export const serviceOperations: Readonly<Record<string, Operation>> = {
  CreateService: changing((world, input) => ({ service: taggedView(createService(world, input)) })),

  DeleteService: changing((world, input) => {
    const service = findService(world, input);
    deleteService(world, service, flag(input, "force") === true);
    return { service: taggedView(service) };
  }),

  ListServices: reading((world, input) => {
    const arns = listed([...findCluster(world, input).services.values()], input).map(({ arn }) => arn);
    const size = number(input, "maxResults") ?? 10;
    if (size < 1 || size > 100) {
      throw new AwsError("InvalidParameterException", "maxResults must be between 1 and 100.");
    }
    const { items, nextToken } = page(arns, size, text(input, "nextToken"), "services");
    return { serviceArns: items, nextToken };
  }),

  DescribeServices: reading((world, input) => {
    const cluster = findCluster(world, input);
    const requested = texts(input, "services");
    if (requested.length === 0) throw new AwsError("InvalidParameterException", "Services cannot be empty.");
    if (requested.length > MOST) {
      throw new AwsError("InvalidParameterException", "Members of the list of services cannot be more than 10.");
    }
    const withTags = texts(input, "include").includes("TAGS");
    const found = requested.map((name) => [name, cluster.services.get(shortName(name))] as const);
    const missing = (name: string): string =>
      name.startsWith("arn:") ? name : `${cluster.arn.replace(":cluster/", ":service/")}/${name}`;
    const view = (service: Service): Output => ({
      ...shownService(world, service),
      ...(withTags ? { tags: service.tags } : {}),
    });
    return {
      services: found.flatMap(([, service]) => (service === undefined ? [] : [view(service)])),
      failures: found.flatMap(([name, service]) =>
        service === undefined ? [{ arn: missing(name), reason: "MISSING" }] : [],
      ),
    };
  }),

  UpdateService: changing(
    (world, input) => ({ service: serviceView(updateService(world, findService(world, input), input)) }),
    (world, input) => ({ service: serviceView(findService(world, input)) }),
  ),
};
