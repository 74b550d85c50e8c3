import { attribute, sub } from "../../cloudformation/functions.ts";
import { allow, itemsOf, policy, trust } from "../../cloudformation/policy.ts";
import type { Json, JsonObject } from "../../json.ts";
import { INDEX_ARN, TABLE_ARN } from "./table.ts";
import { CLUSTER_ARN, WORKER_DEFINITIONS } from "./worker.ts";

export const MACHINE_NAME = "vulcan-ops-fleet";
/** In each account with targets. */
export const TARGET_ROLE = "vulcan-ops-target";

const MACHINE_ARN = sub(`arn:{AWS::Partition}:states:{AWS::Region}:{AWS::AccountId}:stateMachine:${MACHINE_NAME}`);
const RUNS_ARN = sub(`arn:{AWS::Partition}:states:{AWS::Region}:{AWS::AccountId}:execution:${MACHINE_NAME}:*`);
const RUNS_OF_CHILDREN_ARN = sub(
  `arn:{AWS::Partition}:states:{AWS::Region}:{AWS::AccountId}:execution:${MACHINE_NAME}/*:*`,
);
const ACCOUNT = sub("arn:{AWS::Partition}:iam::{AWS::AccountId}:root");

const byService = (service: string, condition?: JsonObject): JsonObject => trust({ Service: service }, condition);
const byAccount = trust({ AWS: ACCOUNT });

const role = (
  name: string | undefined,
  trusted: JsonObject,
  rights: JsonObject,
  more: JsonObject = {},
): JsonObject => ({
  Type: "AWS::IAM::Role",
  Properties: {
    ...(name !== undefined && { RoleName: name }),
    AssumeRolePolicyDocument: trusted,
    Policies: [{ PolicyName: "vulcan-ops", PolicyDocument: rights }],
    ...more,
  },
});

const ITEMS = {
  get: "dynamodb:GetItem",
  put: "dynamodb:PutItem",
  query: "dynamodb:Query",
  update: "dynamodb:UpdateItem",
};

/** `aws:SourceAccount` and the machine itself: no other machine of another account takes the role. */
const FROM_MACHINE: JsonObject = {
  StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
  ArnLike: { "aws:SourceArn": sub("arn:{AWS::Partition}:states:{AWS::Region}:{AWS::AccountId}:stateMachine:*") },
};

const IN_CLUSTER: JsonObject = { ArnEquals: { "ecs:cluster": CLUSTER_ARN } };

/** Carries the waves. It can read and write brakes and approvals, and no execution. */
const FLEET_ROLE = role(
  undefined,
  byService("states.amazonaws.com", FROM_MACHINE),
  policy(
    allow(["ecs:RunTask"], WORKER_DEFINITIONS, IN_CLUSTER),
    allow(["ecs:DescribeTasks", "ecs:StopTask"], "*", IN_CLUSTER),
    allow(["iam:PassRole"], [attribute("ExecutionRole", "Arn"), attribute("WorkerRole", "Arn")], {
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
    allow(
      ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
      sub("arn:{AWS::Partition}:events:{AWS::Region}:{AWS::AccountId}:rule/StepFunctionsGetEventsForECSTaskRule"),
    ),
    allow(["states:StartExecution"], MACHINE_ARN),
    allow(["states:DescribeExecution", "states:StopExecution"], RUNS_OF_CHILDREN_ARN),
    allow([ITEMS.get, ITEMS.put, ITEMS.update], TABLE_ARN, itemsOf("brake#*", "approval#*")),
    allow([ITEMS.get], TABLE_ARN, itemsOf("plan#*", "approved#*")),
  ),
);

/** The worker: executions, and what it needs to know of its plan. It cannot start, stop or approve. */
const WORKER_ROLE = role(
  "vulcan-ops-worker",
  byService("ecs-tasks.amazonaws.com", { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } }),
  policy(
    allow(["sts:AssumeRole"], `arn:*:iam::*:role/${TARGET_ROLE}`),
    allow([ITEMS.get, ITEMS.put, ITEMS.query], TABLE_ARN, itemsOf("x#*")),
    allow([ITEMS.query], TABLE_ARN, itemsOf("plan#*", "approved#*")),
  ),
);

const EXECUTION_ROLE: JsonObject = {
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: byService("ecs-tasks.amazonaws.com"),
    ManagedPolicyArns: [sub("arn:{AWS::Partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy")],
  },
};

/** Plans, starts, looks and stops; approves nothing. */
const OPERATOR_ROLE = role(
  "vulcan-ops-operator",
  byAccount,
  policy(
    allow(["states:StartExecution"], MACHINE_ARN),
    allow(["states:DescribeExecution", "states:StopExecution"], RUNS_ARN),
    allow([ITEMS.get, ITEMS.query, "dynamodb:DescribeTable"], TABLE_ARN),
    allow([ITEMS.query], INDEX_ARN),
    allow([ITEMS.put], TABLE_ARN, itemsOf("plan#*", "x#*")),
    allow([ITEMS.update], TABLE_ARN, itemsOf("brake#*")),
  ),
);

/** Answers approvals, and starts nothing. Tokens have no ARN: the action cannot be limited to this machine. [R] */
const APPROVER_ROLE = role(
  "vulcan-ops-approver",
  byAccount,
  policy(
    allow(["states:SendTaskFailure", "states:SendTaskSuccess"], "*"),
    allow([ITEMS.get, ITEMS.query], TABLE_ARN, itemsOf("approval#*", "approved#*", "brake#*", "plan#*")),
    allow([ITEMS.put], TABLE_ARN, itemsOf("approved#*")),
  ),
);

/** The role of a target: what runbooks need, for the worker alone. `worker`: its ARN. */
export const targetRole = (rights: JsonObject, worker: Json): JsonObject =>
  role(TARGET_ROLE, trust({ AWS: worker }, { StringEquals: { "sts:ExternalId": { Ref: "ExternalId" } } }), rights);

/** Of the schedule, which only starts the machine. */
const SCHEDULE_ROLE: JsonObject = {
  ...role(
    undefined,
    byService("scheduler.amazonaws.com", { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } }),
    policy(allow(["states:StartExecution"], MACHINE_ARN)),
  ),
  Condition: "HasSchedule",
};

export const ROLES: JsonObject = {
  FleetRole: FLEET_ROLE,
  WorkerRole: WORKER_ROLE,
  ExecutionRole: EXECUTION_ROLE,
  OperatorRole: OPERATOR_ROLE,
  ApproverRole: APPROVER_ROLE,
  ScheduleRole: SCHEDULE_ROLE,
};
