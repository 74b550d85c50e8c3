import { BRAKE_IS_ON, choice, pass, readBrake, type States, updateBrake } from "./states.ts";

/** How often the worker of one target is started again. */
export const MOST_TRIES = 3;

/** Exits after which the same command continues the same execution: outcome unknown, killed, stopped. */
export const CONTINUED_EXITS = [7, 137, 143] as const;

/** Seconds before the worker is started again. */
const PAUSE_SECONDS = 30;

/**
 * What happens to one target. A target's failure never fails its child: over the engine's own threshold the engine would
 * stop the tasks that run, in the middle of a change. It is counted on the brake, which only keeps others from starting.
 */
export const TARGET_STATES: States = {
  Spread: { Type: "Wait", SecondsPath: "$.jitter", Next: "ReadBrake" },
  ReadBrake: readBrake("$.wave", "IsBrakeOn"),
  IsBrakeOn: choice([{ ...BRAKE_IS_ON, Next: "NotStarted" }], "Run"),
  Run: {
    Type: "Task",
    // The engine waits for the end of the task, and stops the task where it is stopped itself.
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Parameters: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
      Cluster: "${Cluster}",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
      TaskDefinition: "${TaskDefinition}",
      LaunchType: "FARGATE",
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
          "Subnets.$": "States.StringSplit('${Subnets}', ',')",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
          "SecurityGroups.$": "States.StringSplit('${SecurityGroups}', ',')",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
          AssignPublicIp: "${AssignPublicIp}",
        },
      },
      Overrides: {
        ContainerOverrides: [
          {
            Name: "worker",
            "Command.$": "States.Array('run', '--plan', $.plan, '--as', $.id, '--output', 'ndjson')",
          },
        ],
      },
    },
    ResultPath: null,
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "HasTask" }],
    Next: "Ended",
  },
  // The cause of a task that has ended is the task as JSON. Any other cause: it has not run.
  HasTask: choice([{ Variable: "$.failure.Cause", StringMatches: "{*Containers*", Next: "ReadTask" }], "NeverRan"),
  ReadTask: pass(
    { Parameters: { "task.$": "States.StringToJson($.failure.Cause)" }, ResultPath: "$.end" },
    "HasExitCode",
  ),
  // A task whose image cannot be pulled, or whose host is gone, has none.
  HasExitCode: choice(
    [{ Variable: "$.end.task.Containers[0].ExitCode", IsPresent: true, Next: "ReadExitCode" }],
    "NeverRan",
  ),
  ReadExitCode: pass(
    {
      Parameters: { "exit.$": "States.Format('{}', $.end.task.Containers[0].ExitCode)", began: true },
      ResultPath: "$.ended",
    },
    "JudgeExitCode",
  ),
  JudgeExitCode: choice(
    [
      {
        Or: CONTINUED_EXITS.map((code) => ({ Variable: "$.ended.exit", StringEquals: String(code) })),
        Next: "MayTryAgain",
      },
    ],
    "CountFailure",
  ),
  NeverRan: pass({ Result: { exit: "none", began: false }, ResultPath: "$.ended" }, "MayTryAgain"),
  MayTryAgain: choice([{ Variable: "$.tries", NumericLessThan: MOST_TRIES, Next: "AddTry" }], "CountFailure"),
  AddTry: pass({ Parameters: { "tries.$": "States.MathAdd($.tries, 1)" }, ResultPath: "$.added" }, "KeepTries"),
  KeepTries: pass({ InputPath: "$.added.tries", ResultPath: "$.tries" }, "Pause"),
  Pause: { Type: "Wait", Seconds: PAUSE_SECONDS, Next: "HasBegun" },
  // What has begun is brought to its end, whatever the brake says.
  HasBegun: choice([{ Variable: "$.ended.began", BooleanEquals: true, Next: "Run" }], "ReadBrake"),
  CountFailure: updateBrake(
    "$.wave",
    {
      UpdateExpression: "SET #target = :exit ADD failed :one",
      ExpressionAttributeNames: { "#target.$": "States.Format('t#{}', $.target)" },
      ExpressionAttributeValues: { ":exit": { "S.$": "$.ended.exit" }, ":one": { N: "1" } },
    },
    "Ended",
  ),
  // Short: the answers of all targets come together in one state, which takes 256 KiB.
  Ended: pass({ Result: "ended" }),
  NotStarted: pass({ Result: "not started" }),
};
