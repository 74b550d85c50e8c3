import { scalingApi } from "./autoscaling/api.ts";
import { cloudwatchApi } from "./cloudwatch/api.ts";
import { dynamodbApi } from "./dynamodb/api.ts";
import { ec2Api } from "./ec2/api.ts";
import { ecrApi } from "./ecr/api.ts";
import { ecsApi } from "./ecs/api.ts";
import { elbApi } from "./elb/api.ts";
import { eventsApi } from "./events/api.ts";
import type { ServiceApi } from "./http/operation.ts";
import { iamApi } from "./iam/api.ts";
import { logsApi } from "./logs/api.ts";
import { rdsApi } from "./rds/api.ts";
import { schedulerApi } from "./scheduler/api.ts";
import { secretsApi } from "./secrets/api.ts";
import { sfnApi } from "./sfn/api.ts";
import { snsApi } from "./sns/api.ts";
import { ssmApi } from "./ssm/api.ts";
import { stsApi } from "./sts/api.ts";

/** The AWS services that are simulated. A new one is a folder and a line here. */
export const SERVICES: readonly ServiceApi[] = [
  ecsApi,
  elbApi,
  stsApi,
  cloudwatchApi,
  rdsApi,
  ecrApi,
  scalingApi,
  logsApi,
  snsApi,
  secretsApi,
  ssmApi,
  ec2Api,
  eventsApi,
  schedulerApi,
  iamApi,
  dynamodbApi,
  sfnApi,
];
