import { NEEDS } from "../../aws/iam-needs.ts";
import { policyFor } from "../../aws/iam-policy.ts";
import { attribute, joined, ref, sub, subJson } from "../../cloudformation/functions.ts";
import type { JsonObject } from "../../json.ts";
import { fleetMachine } from "../machine/machine.ts";
import { CONDITIONS, EXTERNAL_ID, PARAMETERS } from "./parameters.ts";
import { MACHINE_NAME, ROLES, TARGET_ROLE, targetRole } from "./roles.ts";
import { TABLE_RESOURCES } from "./table.ts";
import { WORKER_RESOURCES } from "./worker.ts";

const FORM = "2010-09-09";

const MACHINE: JsonObject = {
  Type: "AWS::StepFunctions::StateMachine",
  Properties: {
    StateMachineName: MACHINE_NAME,
    StateMachineType: "STANDARD",
    RoleArn: attribute("FleetRole", "Arn"),
    // As one text: a template takes no null, and whether numbers stay numbers in an object is not documented.
    DefinitionString: JSON.stringify(fleetMachine()),
    DefinitionSubstitutions: {
      Table: ref("TableName"),
      Cluster: ref("ClusterName"),
      TaskDefinition: ref("Worker"),
      Subnets: joined("Subnets"),
      SecurityGroups: joined("SecurityGroups"),
      AssignPublicIp: ref("AssignPublicIp"),
    },
  },
};

const SCHEDULE: JsonObject = {
  Type: "AWS::Scheduler::Schedule",
  Condition: "HasSchedule",
  Properties: {
    ScheduleExpression: ref("ScheduleAt"),
    ScheduleExpressionTimezone: ref("ScheduleZone"),
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      // The request as a whole: by its target for machines it would give the execution a name of its own, and the run of
      // a `fleet start` would have two machines.
      Arn: sub("arn:{AWS::Partition}:scheduler:::aws-sdk:sfn:startExecution"),
      RoleArn: attribute("ScheduleRole", "Arn"),
      Input: subJson({
        StateMachineArn: "{Machine}",
        Name: "{ScheduledRun}",
        Input: JSON.stringify({ run: "{ScheduledRun}" }),
      }),
      RetryPolicy: { MaximumRetryAttempts: 0 },
    },
  },
};

/** What workers may do in a target's account: what any runbook needs. */
const targetRights = (): JsonObject => policyFor(NEEDS.run, {}) as unknown as JsonObject;

/** What AWS needs for fleets, as a template of CloudFormation for the account of operations. */
export const fleetTemplate = (): JsonObject => ({
  AWSTemplateFormatVersion: FORM,
  Description: "Fleets of vulcan-ops: table, machine, worker, roles, optional schedule",
  Parameters: PARAMETERS,
  Conditions: CONDITIONS,
  Resources: {
    ...TABLE_RESOURCES,
    ...ROLES,
    ...WORKER_RESOURCES,
    Machine: MACHINE,
    Schedule: SCHEDULE,
  },
  Outputs: {
    MachineArn: { Value: ref("Machine"), Description: "The machine that fleet start starts" },
    WorkerRoleArn: {
      Value: attribute("WorkerRole", "Arn"),
      Description: "Of the worker: each account of a target trusts it",
    },
    TableName: { Value: ref("TableName"), Description: "journal: dynamodb://TableName" },
  },
});

/** The role of a target, for each account that has some. A template of its own: one of 50 KB at most is sent directly. [D] */
export const targetTemplate = (): JsonObject => ({
  AWSTemplateFormatVersion: FORM,
  Description: `Fleets of vulcan-ops: role ${TARGET_ROLE} of an account with targets`,
  Parameters: {
    WorkerRoleArn: { Type: "String", Description: "Output WorkerRoleArn of the account of operations" },
    ExternalId: EXTERNAL_ID,
  },
  Resources: { TargetRole: targetRole(targetRights(), ref("WorkerRoleArn")) },
});
