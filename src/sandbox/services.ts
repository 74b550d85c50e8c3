import { scalingRoom } from "./autoscaling/api.ts";
import { cloudwatchRoom } from "./cloudwatch/api.ts";
import { ecrRoom } from "./ecr/api.ts";
import { ecsRoom } from "./ecs/api.ts";
import { elbRoom } from "./elb/api.ts";
import type { ServiceRoom } from "./http/operation.ts";
import { logsRoom } from "./logs/api.ts";
import { rdsRoom } from "./rds/api.ts";
import { secretsRoom } from "./secrets/api.ts";
import { snsRoom } from "./sns/api.ts";
import { ssmRoom } from "./ssm/api.ts";
import { stsRoom } from "./sts/api.ts";

/** The AWS services that are simulated. A new one is a folder and a line here. */
export const ROOMS: readonly ServiceRoom[] = [
  ecsRoom,
  elbRoom,
  stsRoom,
  cloudwatchRoom,
  rdsRoom,
  ecrRoom,
  scalingRoom,
  logsRoom,
  snsRoom,
  secretsRoom,
  ssmRoom,
];
