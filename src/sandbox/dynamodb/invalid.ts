import { AwsError } from "../http/aws-error.ts";

/** A request that cannot be carried out as it is written. */
export const invalid = (message: string): AwsError => new AwsError("ValidationException", message);

/** One whose value does not fit. [O: every such text begins so] */
export const unfit = (what: string): AwsError => invalid(`One or more parameter values were invalid: ${what}`);
