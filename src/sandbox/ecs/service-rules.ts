import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { records, text } from "../http/input.ts";
import { checkConfiguration } from "./deployment-configuration.ts";
import { integer } from "./integer.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** What a request may say of a service, new or there already; `NotImplemented` names what only AWS can do. */
export function checkService(input: Input, isBalanced: boolean): void {
  integer(input, "desiredCount", 0);
  checkGrace(input, isBalanced);
  platformOf(input);
  checkConfiguration(input);
}

/** A grace period demands a load balancer. [D; text O] */
function checkGrace(input: Input, isBalanced: boolean): void {
  const seconds = integer(input, "healthCheckGracePeriodSeconds", 0) ?? 0;
  if (seconds === 0 || isBalanced) return;
  throw refuse("Health check grace period is only valid for services configured to use load balancers");
}

/** What LATEST stands for. */
const NEWEST = "1.4.0";
const PLATFORMS = ["1.3.0", NEWEST];

/** The version of Fargate asked for, under its number; undefined where none is. [D; text I] */
export function platformOf(input: Input): string | undefined {
  const asked = text(input, "platformVersion");
  if (asked === undefined || PLATFORMS.includes(asked)) return asked;
  if (asked === "LATEST") return NEWEST;
  throw new AwsError("PlatformUnknownException", "The specified platform version does not exist.");
}

/** AWS moves a service to other target groups; here it stays where it was made. */
export function refuseOtherBalancer(settings: Readonly<Record<string, unknown>>, input: Input): void {
  if (!Array.isArray(input.loadBalancers)) return;
  const shape = (holder: Input): string =>
    JSON.stringify(
      records(holder, "loadBalancers").map((one) => [one.targetGroupArn, one.containerName, one.containerPort]),
    );
  if (shape(input) === shape(settings)) return;
  const message = "The sandbox does not simulate UpdateService with other loadBalancers than the service has.";
  throw new AwsError("NotImplemented", message, 501);
}
