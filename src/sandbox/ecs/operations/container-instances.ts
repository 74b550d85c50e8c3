import { AwsError } from "../../http/aws-error.ts";
import { required, texts } from "../../http/input.ts";
import { type Operation, reading } from "../../http/operation.ts";
import { findCluster } from "../find.ts";
import { ecsArn, shortName } from "../names.ts";

/** Everything here runs on Fargate: there are no container instances, and so none with attributes. */
export const containerInstanceOperations: Readonly<Record<string, Operation>> = {
  ListContainerInstances: reading((world, input) => {
    findCluster(world, input);
    return { containerInstanceArns: [] };
  }),

  DescribeContainerInstances: reading((world, input) => {
    const cluster = findCluster(world, input);
    required(input, "containerInstances");
    const missing = (id: string): string => ecsArn(world, `container-instance/${cluster.name}/${shortName(id)}`);
    return {
      containerInstances: [],
      failures: texts(input, "containerInstances").map((id) => ({ arn: missing(id), reason: "MISSING" })),
    };
  }),

  ListAttributes: reading((world, input) => {
    findCluster(world, input);
    const type = required(input, "targetType");
    if (type !== "container-instance") {
      throw new AwsError("InvalidParameterException", `The specified target type ${type} is not valid.`);
    }
    return { attributes: [] };
  }),
};
