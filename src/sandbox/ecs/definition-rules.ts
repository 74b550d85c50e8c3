import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { list, number, record, records, text } from "../http/input.ts";
import { checkContainers } from "./container-rules.ts";
import { fitsFargate } from "./task-size.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);

/** Checks a revision before it is registered, with its size in plain numbers. [D; texts O] */
export function checkDefinition(input: Input): void {
  const family = text(input, "family") ?? "";
  if (family === "") throw refuse("Family can not be blank.");
  if (!/^[\w-]{1,255}$/.test(family)) throw refuse("Family contains invalid characters.");
  checkContainers(input);
  checkCpu(input);
  if (list(input, "requiresCompatibilities").includes("FARGATE")) checkFargate(input);
}

function checkCpu(input: Input): void {
  const units = records(input, "containerDefinitions").map((container) => number(container, "cpu") ?? 0);
  if (units.reduce((sum, one) => sum + one, 0) <= (number(input, "cpu") ?? Number.POSITIVE_INFINITY)) return;
  throw refuse("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");
}

function checkFargate(input: Input): void {
  if (text(input, "networkMode") !== "awsvpc") throw refuse("Fargate only supports network mode ‘awsvpc’.");
  const [cpu, memory] = ["cpu", "memory"].map((size) => {
    const value = number(input, size);
    if (value === undefined) throw refuse(`Fargate requires that '${size}' be defined at the task level.`);
    return value;
  });
  if (!fitsFargate(cpu ?? 0, memory ?? 0)) {
    const figures = `${cpu} CPU, ${memory} memory`;
    throw refuse(
      `No Fargate configuration exists for given values: ${figures}. See the Amazon ECS documentation for the valid values.`,
    );
  }
  if (text(input, "executionRoleArn") === undefined) refuseWithoutRole(input);
}

/** The execution role is required to pull images from ECR and to write logs. */
function refuseWithoutRole(input: Input): void {
  const containers = records(input, "containerDefinitions");
  const need = "Fargate requires task definition to have execution role ARN to support";
  if (containers.some((container) => text(container, "image")?.includes(".dkr.ecr."))) {
    throw refuse(`${need} ECR images.`);
  }
  if (containers.some((container) => record(container, "logConfiguration")?.logDriver === "awslogs")) {
    throw refuse(`${need} log driver awslogs.`);
  }
}
