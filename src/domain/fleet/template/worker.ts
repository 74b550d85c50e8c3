import { attribute, ref, sub } from "../../cloudformation/functions.ts";
import type { JsonObject } from "../../json.ts";
import { WORKER } from "../estimate.ts";

/** The container that the machine gives its command to. */
export const WORKER_CONTAINER = "worker";
export const FAMILY = "vulcan-ops-worker";

export const WORKER_RESOURCES: JsonObject = {
  WorkerLog: {
    Type: "AWS::Logs::LogGroup",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: { LogGroupName: "/vulcan-ops/fleet", RetentionInDays: 400 },
  },
  Worker: {
    Type: "AWS::ECS::TaskDefinition",
    Properties: {
      Family: FAMILY,
      RequiresCompatibilities: ["FARGATE"],
      NetworkMode: "awsvpc",
      Cpu: String(WORKER.vcpu * 1024),
      Memory: String(WORKER.gigabytes * 1024),
      ExecutionRoleArn: attribute("ExecutionRole", "Arn"),
      TaskRoleArn: attribute("WorkerRole", "Arn"),
      ContainerDefinitions: [
        {
          Name: WORKER_CONTAINER,
          Image: ref("Image"),
          Essential: true,
          StopTimeout: WORKER.stopSeconds,
          LogConfiguration: {
            LogDriver: "awslogs",
            Options: {
              "awslogs-group": ref("WorkerLog"),
              "awslogs-region": ref("AWS::Region"),
              "awslogs-stream-prefix": "worker",
            },
          },
        },
      ],
    },
  },
};

/** Each revision of the family: a run that has begun is not stopped by an update of the stack. */
export const WORKER_DEFINITIONS = sub(
  `arn:{AWS::Partition}:ecs:{AWS::Region}:{AWS::AccountId}:task-definition/${FAMILY}:*`,
);
export const CLUSTER_ARN = sub("arn:{AWS::Partition}:ecs:{AWS::Region}:{AWS::AccountId}:cluster/{ClusterName}");
