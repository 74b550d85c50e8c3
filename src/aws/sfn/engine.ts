import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { FleetEngine } from "../../domain/fleet/engine.ts";
import { MACHINE_NAME } from "../../domain/fleet/template/roles.ts";
import type { Caller } from "../../domain/target.ts";
import type { Clients } from "../client/clients.ts";
import { translate } from "../client/errors.ts";

/** What the service answers where there is nothing left to stop or to answer. [D: API reference of each call] */
const GONE: ReadonlySet<string> = new Set([
  "ExecutionAlreadyExists",
  "ExecutionDoesNotExist",
  "InvalidToken",
  "TaskDoesNotExist",
  "TaskTimedOut",
]);

/**
 * Step Functions, by its one machine. `clients`: of the machine's region, which send each request once. `caller`: in its
 * account; the ARN of the machine follows from it.
 */
export function createFleetEngine(clients: Clients, region: string, caller: () => Promise<Caller>): FleetEngine {
  const arn = async (kind: "stateMachine" | "execution", name: string): Promise<string> => {
    const { account, arn: own } = await caller();
    const partition = own.split(":")[1] ?? "aws";
    return `arn:${partition}:states:${region}:${account}:${kind}:${name}`;
  };
  const call = async (action: string, send: () => Promise<unknown>): Promise<boolean> => {
    try {
      await send();
      return true;
    } catch (failure) {
      const { name = "" } = failure as { readonly name?: string };
      if (GONE.has(name)) return false;
      throw name === "StateMachineDoesNotExist" ? noMachine(region) : translate(failure, action);
    }
  };
  const sdk = async () => ({ client: await clients.machines(), ...(await import("../sdk/sfn.ts")) });
  const isRunning = async (name: string): Promise<boolean> => {
    const { client, DescribeExecutionCommand } = await sdk();
    const executionArn = await arn("execution", `${MACHINE_NAME}:${name}`);
    let status: string | undefined;
    await call("states:DescribeExecution", async () => {
      ({ status } = await client.send(new DescribeExecutionCommand({ executionArn })));
    });
    return status === "RUNNING";
  };
  return {
    caller,
    start: async (name, input) => {
      const { client, StartExecutionCommand } = await sdk();
      const stateMachineArn = await arn("stateMachine", MACHINE_NAME);
      const command = new StartExecutionCommand({ stateMachineArn, name, input });
      if (await call("states:StartExecution", () => client.send(command))) return "started";
      return (await isRunning(name)) ? "running" : "over";
    },
    stop: async (name, cause) => {
      const { client, StopExecutionCommand } = await sdk();
      const executionArn = await arn("execution", `${MACHINE_NAME}:${name}`);
      const command = new StopExecutionCommand({ executionArn, error: "FleetStopped", cause });
      return (await call("states:StopExecution", () => client.send(command))) ? "stopped" : "over";
    },
    answer: async (taskToken, rejected) => {
      const { client, SendTaskFailureCommand, SendTaskSuccessCommand } = await sdk();
      const isTold =
        rejected === undefined
          ? await call("states:SendTaskSuccess", () =>
              client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" })),
            )
          : await call("states:SendTaskFailure", () =>
              client.send(new SendTaskFailureCommand({ taskToken, error: "Rejected", cause: rejected })),
            );
      return isTold ? "told" : "gone";
    },
  };
}

const noMachine = (region: string): OpsError =>
  new OpsError({
    code: "fleet-machine-missing",
    exitCode: EXIT.usage,
    fault: "operator",
    effect: "none",
    message: `there is no state machine ${MACHINE_NAME} in ${region}, in the account of the shared journal`,
    next: ["vulcan-ops fleet template -o fleet.json"],
  });
