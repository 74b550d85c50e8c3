import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { records, text } from "../http/input.ts";
import { checkConfiguration } from "./deployment-configuration.ts";
import { integer } from "./integer.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** Checks a request for a new or existing service. `NotImplemented` names what only AWS can do. */
export function checkService(input: Input, isBalanced: boolean): void {
  integer(input, "desiredCount", 0);
  checkGrace(input, isBalanced);
  platformOf(input);
  checkConfiguration(input);
}

/** A grace period requires a load balancer. [D; text O] */
function checkGrace(input: Input, isBalanced: boolean): void {
  const seconds = integer(input, "healthCheckGracePeriodSeconds", 0) ?? 0;
  if (seconds === 0 || isBalanced) return;
  throw refuse("Health check grace period is only valid for services configured to use load balancers");
}

/** The version that LATEST means. */
const NEWEST = "1.4.0";
const PLATFORMS = ["1.3.0", NEWEST];

/** The requested version of Fargate, as a number; undefined if none is requested. [D; text I] */
export function platformOf(input: Input): string | undefined {
  const requested = text(input, "platformVersion");
  if (requested === undefined || PLATFORMS.includes(requested)) return requested;
  if (requested === "LATEST") return NEWEST;
  throw new AwsError("PlatformUnknownException", "The specified platform version does not exist.");
}

/** AWS can move a service to other target groups. The sandbox cannot. */
export function refuseOtherBalancer(settings: Readonly<Record<string, unknown>>, input: Input): void {
  if (!Array.isArray(input.loadBalancers)) return;
  const shape = (source: Input): string =>
    JSON.stringify(
      records(source, "loadBalancers").map((one) => [one.targetGroupArn, one.containerName, one.containerPort]),
    );
  if (shape(input) === shape(settings)) return;
  const message = "The sandbox does not simulate UpdateService with other loadBalancers than the service has.";
  throw new AwsError("NotImplemented", message, 501);
}
