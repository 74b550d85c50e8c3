import { AwsError } from "../http/aws-error.ts";
import { type Input, type Output, required, text } from "../http/input.ts";
import { changing, reading, type ServiceApi } from "../http/operation.ts";
import type { World } from "../world.ts";
import type { MachineRun } from "./run.ts";

/** The machine of `fleet template`. It is there, and runs nothing: its calls are recorded. */
const MACHINE = "vulcan-ops-fleet";

const arnOf = ({ region, account }: World, kind: string, name: string): string =>
  `arn:aws:states:${region}:${account}:${kind}:${name}`;

const isSame = (run: MachineRun, input: string): boolean => run.status === "RUNNING" && run.input === input;

/** A name that runs with the same input is no second run; one with another input, or that is over, is refused. [D] */
function start(world: World, input: Input): Output {
  const machine = required(input, "stateMachineArn");
  if (machine !== arnOf(world, "stateMachine", MACHINE))
    throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${machine}'`);
  const name = text(input, "name") ?? world.random.uuid();
  const given = text(input, "input") ?? "{}";
  const arn = arnOf(world, "execution", `${MACHINE}:${name}`);
  const known = world.machineRuns.get(arn);
  if (known !== undefined && !isSame(known, given))
    throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
  const run = known ?? { arn, name, input: given, status: "RUNNING", startedAt: world.clock.now() };
  world.machineRuns.set(arn, run);
  return { executionArn: arn, startDate: new Date(run.startedAt) };
}

function find(world: World, input: Input): MachineRun {
  const arn = required(input, "executionArn");
  const run = world.machineRuns.get(arn);
  if (run === undefined) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return run;
}

/** Each token is taken for one that a machine waits by; it is answered once. */
function answer(world: World, input: Input): Output {
  const token = required(input, "taskToken");
  if (world.answeredTokens.has(token))
    throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  world.answeredTokens.add(token);
  return {};
}

const OF_THE_LAYER: Readonly<Record<string, string>> = {
  ValidationException: "com.amazon.coral.validate#",
  AccessDeniedException: "com.amazon.coral.service#",
};

export const sfnApi: ServiceApi = {
  scope: "states",
  name: "states",
  target: "AWSStepFunctions",
  jsonVersion: "1.0",
  errorType: (code) => `${OF_THE_LAYER[code] ?? "com.amazonaws.swf.service.v2.model#"}${code}`,
  operations: {
    StartExecution: changing(start),
    DescribeExecution: reading((world, input) => {
      const { arn, name, input: given, status, startedAt, stoppedAt, cause } = find(world, input);
      return {
        executionArn: arn,
        stateMachineArn: arnOf(world, "stateMachine", MACHINE),
        name,
        input: given,
        status,
        startDate: new Date(startedAt),
        ...(stoppedAt !== undefined && { stopDate: new Date(stoppedAt), cause }),
      };
    }),
    /** One that is over stays as it is. [I] */
    StopExecution: changing((world, input) => {
      const run = find(world, input);
      if (run.status === "RUNNING")
        Object.assign(run, { status: "ABORTED", stoppedAt: world.clock.now(), cause: text(input, "cause") });
      return { stopDate: new Date(run.stoppedAt ?? world.clock.now()) };
    }),
    SendTaskSuccess: changing(answer),
    SendTaskFailure: changing(answer),
  },
};
