import { cloudwatchRoom } from "./cloudwatch/room.ts";
import { ecsRoom } from "./ecs/room.ts";
import { elbRoom } from "./elb/room.ts";
import { logsRoom } from "./logs/room.ts";
import { rdsRoom } from "./rds/room.ts";
import { ecrRoom } from "./registry/room.ts";
import { scalingRoom } from "./scaling/room.ts";
import { secretsRoom } from "./secrets/room.ts";
import { snsRoom } from "./sns/room.ts";
import { ssmRoom } from "./ssm/room.ts";
import { stsRoom } from "./sts/room.ts";
import type { ServiceRoom } from "./wire/operation.ts";

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
