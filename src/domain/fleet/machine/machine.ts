import type { JsonObject } from "../../json.ts";
import type { Transitions } from "../estimate.ts";
import { BRAKE_IS_ON, choice, fail, PATIENT, pass, readBrake, type States, TABLE, updateBrake } from "./states.ts";
import { TARGET_STATES } from "./target-states.ts";

/**
 * The one machine of every fleet, in Amazon States Language. What differs is its input: run, digest and waves, or the
 * name of a run alone, whose waves are read from the table. It never ran on AWS: see docs/fleets.md.
 */
export function fleetMachine(): JsonObject {
  return {
    Comment: "Fleets of vulcan-ops: waves of workers, a brake for each, approvals by people",
    StartAt: "HasWaves",
    States: WAVES,
  };
}

/** What a target that succeeds, a wave with an approval, and the run itself take; a test counts them. */
export const TRANSITIONS: Transitions = { child: 5, wave: 10, run: 3 };

const TARGETS = {
  Type: "Map",
  ItemsPath: "$.wave.targets",
  ItemSelector: {
    "run.$": "$.run",
    "wave.$": "$.wave.name",
    "target.$": "$$.Map.Item.Value.target",
    "id.$": "$$.Map.Item.Value.id",
    "plan.$": "$$.Map.Item.Value.plan",
    "jitter.$": "$$.Map.Item.Value.jitter",
    tries: 0,
  },
  MaxConcurrencyPath: "$.wave.concurrency",
  // Never by the engine: over its threshold it stops the tasks that run. The brake decides.
  ToleratedFailurePercentage: 100,
  Label: "Targets",
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: "Spread",
    States: TARGET_STATES,
  },
  ResultSelector: { "ended.$": "States.ArrayLength($)" },
  ResultPath: "$.result",
  Next: "ReadCount",
} as const;

const RUN_FIELDS = {
  "run.$": "$.run",
  "digest.$": "$.digest",
  "from.$": "$.from",
  "until.$": "$.until",
} as const;

const WAVES: States = {
  HasWaves: choice([{ Variable: "$.waves", IsPresent: true, Next: "Begin" }], "ReadWaves"),
  ReadWaves: {
    Type: "Task",
    Resource: "arn:aws:states:::dynamodb:getItem",
    Parameters: {
      TableName: TABLE,
      Key: { pk: { "S.$": "States.Format('plan#{}', $.run)" }, sk: { S: "#waves" } },
      ConsistentRead: true,
    },
    ResultSelector: { "input.$": "States.StringToJson($.Item.input.S)" },
    OutputPath: "$.input",
    Next: "Begin",
  },
  Begin: pass(
    {
      Parameters: {
        ...RUN_FIELDS,
        "waves.$": "$.waves",
        next: 0,
      },
    },
    "NextWave",
  ),
  NextWave: pass(
    {
      Parameters: {
        ...RUN_FIELDS,
        "waves.$": "$.waves",
        "wave.$": "States.ArrayGetItem($.waves, $.next)",
        "next.$": "States.MathAdd($.next, 1)",
        "count.$": "States.ArrayLength($.waves)",
      },
    },
    "NeedsApproval",
  ),
  NeedsApproval: choice([{ Variable: "$.wave.approval", BooleanEquals: true, Next: "ReadAnswer" }], "WaitForWindow"),
  // Where an execution before this one has died, its wave may be approved already: no person is asked twice.
  ReadAnswer: {
    Type: "Task",
    Resource: "arn:aws:states:::dynamodb:getItem",
    Parameters: {
      TableName: TABLE,
      Key: { pk: { "S.$": "States.Format('approved#{}', $.run)" }, sk: { "S.$": "$.wave.name" } },
      ConsistentRead: true,
    },
    ResultPath: "$.answer",
    Retry: PATIENT,
    Next: "IsApproved",
  },
  IsApproved: choice(
    [
      {
        And: [
          { Variable: "$.answer.Item.digest.S", IsPresent: true },
          { Variable: "$.answer.Item.digest.S", StringEqualsPath: "$.digest" },
          { Not: { Variable: "$.answer.Item.rejected", IsPresent: true } },
        ],
        Next: "WaitForWindow",
      },
    ],
    "Approve",
  ),
  Approve: {
    Type: "Task",
    // A token is for people: a worker that dies would leave it unanswered.
    Resource: "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken",
    Parameters: {
      TableName: TABLE,
      Item: {
        pk: { "S.$": "States.Format('approval#{}', $.run)" },
        sk: { "S.$": "$.wave.name" },
        token: { "S.$": "$$.Task.Token" },
        digest: { "S.$": "$.digest" },
        at: { "S.$": "$$.State.EnteredTime" },
        until: { "S.$": "$.until" },
      },
    },
    TimeoutSecondsPath: "$.wave.approvalSeconds",
    ResultPath: null,
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "SayNotApproved" }],
    Next: "WaitForWindow",
  },
  SayNotApproved: pass(
    {
      Parameters: {
        "why.$": "States.Format('wave {} of {} was not approved: {}', $.wave.name, $.run, $.failure.Error)",
      },
    },
    "NotApproved",
  ),
  // Started and approved in office hours, a run begins by itself; a time that is past is not waited for.
  WaitForWindow: { Type: "Wait", TimestampPath: "$.from", Next: "ReleaseBrake" },
  NotApproved: fail("FleetNotApproved", { CausePath: "$.why" }),
  ReleaseBrake: updateBrake(
    "$.wave.name",
    {
      // A stop by hand may have been before it: that one stays.
      UpdateExpression: "SET failed = :none, tolerated = if_not_exists(tolerated, :tolerated)",
      ExpressionAttributeValues: {
        ":none": { N: "0" },
        ":tolerated": { "N.$": "States.Format('{}', $.wave.tolerated)" },
      },
    },
    "Targets",
  ),
  Targets: TARGETS,
  ReadCount: readBrake("$.wave.name", "JudgeWave"),
  JudgeWave: choice(
    [
      { Variable: "$.brake.tolerated", NumericLessThan: 0, Next: "Stopped" },
      { ...BRAKE_IS_ON, Next: "SayFailed" },
      // A child that failed itself could not count its target: this is not known to be tolerated.
      { Variable: "$.result.ended", NumericLessThanPath: "$.wave.size", Next: "Uncounted" },
      { Variable: "$.next", NumericLessThanPath: "$.count", Next: "NextWave" },
    ],
    "Done",
  ),
  Stopped: fail("FleetStopped", { Cause: "stopped by hand: vulcan-ops fleet stop" }),
  SayFailed: pass(
    {
      Parameters: {
        "why.$":
          "States.Format('wave {} of {}: {} failed, {} tolerated', $.wave.name, $.run, $.brake.failed, $.brake.tolerated)",
      },
    },
    "Failed",
  ),
  Uncounted: fail("FleetUncounted", { Cause: "not every target could be counted: vulcan-ops fleet status" }),
  Failed: fail("FleetFailed", { CausePath: "$.why" }),
  Done: { Type: "Succeed" },
};
