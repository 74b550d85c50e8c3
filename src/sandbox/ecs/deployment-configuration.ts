import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { list, record, text } from "../http/input.ts";
import { integer } from "./integer.ts";

type Configuration = Readonly<Record<string, unknown>>;

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

const unsimulated = (what: string): AwsError =>
  new AwsError("NotImplemented", `The sandbox does not simulate ${what}.`, 501);

/** The ECS strategies that are not a rolling update. [D] */
const UNSIMULATED = ["BLUE_GREEN", "LINEAR", "CANARY"];

const MOST_BAKE_MINUTES = 1440;

/** Checks the deployment members that a request has. If only AWS can do what they ask, the answer is 501. */
export function checkConfiguration(input: Input): void {
  const configuration = record(input, "deploymentConfiguration") ?? {};
  integer(configuration, "minimumHealthyPercent", 0, 100);
  integer(configuration, "maximumPercent", 100, 200);
  integer(configuration, "bakeTimeInMinutes", 0, MOST_BAKE_MINUTES);
  checkStrategy(text(configuration, "strategy") ?? "ROLLING");
  checkBreaker(record(configuration, "deploymentCircuitBreaker"));
  for (const name of ["alarms", "earlySuccessCriteria"]) {
    if (record(configuration, name)?.enable === true) throw unsimulated(`deploymentConfiguration.${name}`);
  }
  if (list(configuration, "lifecycleHooks").length > 0) throw unsimulated("deploymentConfiguration.lifecycleHooks");
}

function checkStrategy(strategy: string): void {
  if (UNSIMULATED.includes(strategy)) throw unsimulated(`the deployment strategy ${strategy}`);
  if (strategy !== "ROLLING") throw refuse(`Invalid deployment strategy: ${strategy}.`);
}

/** Both switches are required. [D; texts I] */
function checkBreaker(breaker: Input | undefined): void {
  if (breaker === undefined) return;
  const isWhole = ["enable", "rollback"].every((name) => typeof breaker[name] === "boolean");
  if (!isWhole) throw refuse("deploymentCircuitBreaker must state both enable and rollback.");
  const threshold = record(breaker, "thresholdConfiguration");
  if (threshold !== undefined) checkThreshold(threshold);
}

/** A count, or a percentage of the desired count. [D; bounds and texts I] */
function checkThreshold(threshold: Input): void {
  const type = text(threshold, "type") ?? "BOUNDED_PERCENT";
  if (!["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"].includes(type)) {
    throw refuse(`Invalid type of thresholdConfiguration: ${type}.`);
  }
  if (type === "BOUNDED_PERCENT") integer(threshold, "value", 1, 100);
  else integer(threshold, "value", 1);
}

/** Members left out keep their value. The percentages must leave room to replace tasks. [merging I; text O] */
export function mergeConfiguration(before: Configuration, input: Input): Record<string, unknown> {
  const given = Object.entries(record(input, "deploymentConfiguration") ?? {}).filter(([, value]) => value !== null);
  const merged = { ...before, ...Object.fromEntries(given) };
  if (merged.minimumHealthyPercent === 100 && merged.maximumPercent === 100) {
    throw refuse("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
  }
  return merged;
}
