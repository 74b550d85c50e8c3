// Step Functions for the sandbox, which records its calls and carries nothing out: an interpreter runs what was started,
// with the sandbox's table by the SDK, and a process of the program for each task of ECS.
import { randomUUID } from "node:crypto";
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { StateMachine } from "aws-local-stepfunctions";
import { machineDefinition } from "./definition.mjs";
import { startProgram } from "./program.mjs";
import { TaskFailed } from "./world.mjs";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The role's session is called by the task, as in ECS: the next worker of a target is another session. */
const newSession = () => `vulcan-ops-worker/${randomUUID().replaceAll("-", "")}`;

/**
 * `during(target, attempt, child, id)`: what happens to a worker while it runs. `executions`: what was started, in order, each
 * with its `end`.
 */
export function startEngine({ sandbox, sts, folder, env }, { during = () => {} } = {}) {
  const settings = { endpoint: sandbox.endpoint, region: "eu-west-1" };
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
  const table = new DynamoDBClient({ ...settings, credentials });
  const machines = new SFNClient({ ...settings, credentials });
  const machine = new StateMachine(machineDefinition(), { validationOptions: { checkArn: false } });
  const executions = [];
  const workers = [];
  const waiting = new Map();
  const attempts = new Map();
  let running = 0;
  let most = 0;

  /** `ecs:runTask.sync`: the task of the template's definition, with the command that the machine gives it. */
  async function run({ Overrides }, execution) {
    const [{ Command }] = Overrides.ContainerOverrides;
    const target = Command[2].split("/")[1];
    const attempt = (attempts.get(target) ?? 0) + 1;
    attempts.set(target, attempt);
    const { child, ended } = startProgram(Command, { folder, env: { ...env, ...sts.variable(newSession()) } });
    const worker = { target, attempt, child, command: Command };
    workers.push(worker);
    execution.workers.add(worker);
    running += 1;
    most = Math.max(most, running);
    void during(target, attempt, child, Command[4]);
    const end = await ended;
    Object.assign(worker, end);
    running -= 1;
    execution.workers.delete(worker);
    if (end.code !== 0) throw new TaskFailed({ ExitCode: end.code });
    return { Containers: [{ Name: "worker", ExitCode: 0 }] };
  }

  /** `putItem.waitForTaskToken`: it waits until the sandbox was told the answer. */
  async function approve(parameters, execution) {
    await table.send(new PutItemCommand(parameters));
    const token = parameters.Item.token.S;
    const answer = await new Promise((resolve) => {
      waiting.set(token, resolve);
      execution.stopped.then(() => resolve({}));
    });
    if (answer.error !== undefined) throw Object.assign(new Error(answer.cause), { name: answer.error });
    return {};
  }

  function begin({ name, input }) {
    const execution = { name, workers: new Set(), isAborted: false };
    execution.stopped = new Promise((resolve) => {
      execution.stop = resolve;
    });
    const send = (Command) => (parameters) => table.send(new Command(parameters));
    const running = machine.run(JSON.parse(input), {
      overrides: {
        taskResourceLocalHandlers: {
          ReadWaves: send(GetItemCommand),
          ReadAnswer: send(GetItemCommand),
          ReadBrake: send(GetItemCommand),
          ReadCount: send(GetItemCommand),
          ReleaseBrake: send(UpdateItemCommand),
          CountFailure: send(UpdateItemCommand),
          Approve: (parameters) => approve(parameters, execution),
          Run: (parameters) => run(parameters, execution),
        },
        waitTimeOverrides: { WaitForWindow: 0, Spread: 0, Pause: 0 },
      },
      context: { Task: { Token: `token-${name}` }, State: { EnteredTime: new Date(sandbox.now()).toISOString() } },
    });
    /** As its abort does: its tasks get SIGTERM. */
    execution.abort = () => {
      execution.isAborted = true;
      execution.stop();
      running.abort();
      for (const { child } of execution.workers) child.kill("SIGTERM");
    };
    execution.end = running.result
      .then(
        (output) => ({ status: "SUCCEEDED", output }),
        (error) => ({ status: execution.isAborted ? "ABORTED" : "FAILED", error: error.cause?.name ?? error.name }),
      )
      .then(async (end) => {
        // The sandbox is told that it is over: its name is taken, and it is not running.
        const executionArn = `arn:aws:states:eu-west-1:111122223333:execution:vulcan-ops-fleet:${name}`;
        await machines.send(new StopExecutionCommand({ executionArn }));
        while (execution.workers.size > 0) await pause(20);
        return end;
      });
    executions.push(execution);
  }

  function hear({ operation, input, effective }) {
    if (!effective) return;
    if (operation === "StartExecution" && !executions.some(({ name }) => name === input.name)) begin(input);
    if (operation === "StopExecution")
      executions.find(({ name, isAborted }) => input.executionArn.endsWith(`:${name}`) && !isAborted)?.abort();
    if (operation === "SendTaskSuccess") waiting.get(input.taskToken)?.({});
    if (operation === "SendTaskFailure") waiting.get(input.taskToken)?.(input);
  }

  let heard = 0;
  let isOver = false;
  const listening = (async () => {
    while (!isOver) {
      const requests = sandbox.requests();
      for (; heard < requests.length; heard++) hear(requests[heard]);
      await pause(10);
    }
  })();

  return {
    executions,
    workers,
    most: () => most,
    /** How each worker ended that did not end well, and its last words: for a test that fails. */
    troubles: () =>
      workers
        .filter(({ code }) => code !== undefined && code !== 0)
        .map(
          ({ target, attempt, code, stdout, stderr }) =>
            `${target} ${attempt}: exit ${code}: ${stderr.slice(-300)}${stdout.slice(-600)}`,
        )
        .join("\n"),
    /** Waits for the end of the execution of that name. */
    async endOf(name) {
      for (;;) {
        const found = executions.find((one) => one.name === name);
        if (found !== undefined) return found.end;
        await pause(10);
      }
    },
    async close() {
      isOver = true;
      await listening;
      for (const { child } of workers) child.kill("SIGKILL");
      table.destroy();
      machines.destroy();
    },
  };
}
