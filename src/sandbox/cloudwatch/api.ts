import { AwsError } from "../http/aws-error.ts";
import type { ServiceApi } from "../http/operation.ts";
import { alarmOperations } from "./alarm-operations.ts";
import { metricOperations } from "./metric-operations.ts";
import { muteOperations } from "./mute-operations.ts";
import { tagOperations } from "./tags.ts";

export const cloudwatchApi: ServiceApi = {
  scope: "monitoring",
  name: "cloudwatch",
  target: "GraniteServiceVersion20100801",
  jsonVersion: "1.0",
  queryCompatible: true,
  queryVersion: "2010-08-01",
  xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
  xmlMaps: ["ExtendedStatistics"],
  wording: {
    missing: (member) =>
      new AwsError("MissingRequiredParameterException", `The request must contain the parameter ${member}.`),
    malformed: "ValidationError",
    token: "InvalidNextToken",
  },
  operations: { ...metricOperations, ...alarmOperations, ...muteOperations, ...tagOperations },
};
