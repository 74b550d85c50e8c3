import type { RegisterScalableTargetCommandInput } from "@aws-sdk/client-application-auto-scaling";
import type {
  RunTaskCommandInput,
  StopServiceDeploymentCommandInput,
  UpdateServiceCommandInput,
  UpdateTaskProtectionCommandInput,
} from "@aws-sdk/client-ecs";
import { shortName } from "../domain/aws/ecs.ts";
import { startedBy } from "../domain/aws/execution-tag.ts";
import type { ContainerShell, ExecPlace } from "../domain/container-shell.ts";
import { isTransient, OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Operation, Receipt } from "../domain/operation.ts";
import type { Clock, Gateway } from "../domain/ports.ts";
import { sanitise, sanitiseDeep } from "../domain/sanitise.ts";
import type { Clients } from "./client/clients.ts";
import { translate } from "./client/errors.ts";
import { CLOUDWATCH_SENDERS } from "./cloudwatch/send.ts";
import { registerCopy } from "./ecs/copy-task-definition.ts";
import { pause } from "./ecs-exec/pause.ts";
import { EVENTS_SENDERS } from "./events/send.ts";
import { RDS_SENDERS } from "./rds/send.ts";
import { SCHEDULER_SENDERS } from "./scheduler/schedules.ts";
import type { Sender, SendSettings } from "./sender.ts";
import { publish } from "./sns/send.ts";

/** Every Operation that this product can send. The answer is reduced to what identifies the effect. */
const SENDERS: Readonly<Record<string, Sender>> = {
  ...CLOUDWATCH_SENDERS,
  ...EVENTS_SENDERS,
  ...RDS_SENDERS,
  ...SCHEDULER_SENDERS,

  "ecs:UpdateService": async (clients, input) => {
    const [client, { UpdateServiceCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
    const output = await client.send(new UpdateServiceCommand(input as unknown as UpdateServiceCommandInput));
    const primary = output.service?.deployments?.find((deployment) => deployment.status === "PRIMARY");
    return {
      requestId: output.$metadata.requestId,
      answer: { deployment: primary?.id ?? null, taskDefinition: output.service?.taskDefinition ?? null },
    };
  },
  "ecs:StopServiceDeployment": async (clients, input) => {
    const [client, { StopServiceDeploymentCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
    const output = await client.send(
      new StopServiceDeploymentCommand(input as unknown as StopServiceDeploymentCommandInput),
    );
    return { requestId: output.$metadata.requestId, answer: { deployment: output.serviceDeploymentArn ?? null } };
  },

  "ecs:UpdateTaskProtection": async (clients, input) => {
    const [client, { UpdateTaskProtectionCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
    const output = await client.send(
      new UpdateTaskProtectionCommand(input as unknown as UpdateTaskProtectionCommandInput),
    );
    const refused = (output.failures ?? []).map(({ reason, detail }) => detail ?? reason ?? "");
    return { requestId: output.$metadata.requestId, answer: { refused } };
  },

  /** A repeated call with the same token starts nothing (ECS keeps the token for a day). [D] */
  "ecs:RunTask": async (clients, input, key) => {
    const [client, { RunTaskCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
    const named = { ...(input as unknown as RunTaskCommandInput), startedBy: startedBy(key), clientToken: key };
    const { tasks = [], failures = [], $metadata } = await client.send(new RunTaskCommand(named));
    const refused = failures.map(({ reason, detail }) => detail ?? reason ?? "");
    // An answer that has neither says nothing: the task is looked for by its mark.
    if (tasks.length === 0 && failures.length > 0) throw notRun(refused);
    return { requestId: $metadata.requestId, answer: { task: shortName(tasks[0]?.taskArn), refused } };
  },

  "ecs:RegisterTaskDefinition": registerCopy,
  "sns:Publish": publish,

  /** Auto scaling's settings. Those that the request leaves out stay as they are. [D] */
  "application-autoscaling:RegisterScalableTarget": async (clients, input) => {
    const [client, { RegisterScalableTargetCommand }] = await Promise.all([
      clients.scaling(),
      import("./sdk/application-autoscaling.ts"),
    ]);
    const output = await client.send(
      new RegisterScalableTargetCommand(input as unknown as RegisterScalableTargetCommandInput),
    );
    return { requestId: output.$metadata.requestId, answer: {} };
  },

  /** Starts the command at most once per key and does not follow it: the verification does. A canary runs first. */
  "container:ExecuteCommand": async (clients, input, key, { clock, via, assertRows }) => {
    const { argv, rows, ...place } = input as unknown as ExecPlace & { argv: readonly string[]; rows?: string };
    const { createContainerShell } = await import("./ecs-exec/container-shell.ts");
    const shell = createContainerShell(clients, place, clock, {}, via);
    await assertAlive(shell, place);
    if (rows !== undefined) await assertRows?.(rows).catch(rethrowAsNotStarted);
    await shell.start(key, argv);
    return { requestId: undefined, answer: { started: key } };
  },

  /** One call per task. The answer lists both stopped and refused tasks. If all calls fail, the step fails. */
  "ecs:StopTasks": async (clients, input) => {
    const [client, { StopTaskCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
    const { cluster, reason } = input as { cluster: string; reason: string };
    const tasks = input.tasks as readonly string[];
    const answers = await Promise.allSettled(
      tasks.map((task) => client.send(new StopTaskCommand({ cluster, task, reason }))),
    );
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    if (refused.length === tasks.length && refused.length > 0) throw refused[0];
    const isStopped = (_task: string, index: number) => answers[index]?.status === "fulfilled";
    return {
      requestId: answers.flatMap((answer) =>
        answer.status === "fulfilled" ? [answer.value.$metadata.requestId] : [],
      )[0],
      answer: {
        stopped: tasks.filter(isStopped),
        refused: refused.map((error) => translate(error, "ecs:StopTask").message),
      },
    };
  },
};

/** If ECS cannot place a task, it answers 200 with a reason. */
function notRun(refused: readonly string[]): OpsError {
  const why = refused.filter((reason) => reason !== "").join("; ") || "no reason given";
  return new OpsError({
    code: "task-not-started",
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message: `ECS did not start the task: ${sanitise(why)}`,
  });
}

/** The rows could not be confirmed, for any reason: nothing has started. */
function rethrowAsNotStarted(error: unknown): never {
  throw error instanceof OpsError ? new OpsError({ ...error.detail, effect: "none" }) : error;
}

const CANARIES = 4;
const BETWEEN_CANARIES_MS = [500, 1000, 2000];

/** A container that cannot run `true` gets no migration. Nothing has started yet, so the canary may be repeated. */
async function assertAlive(shell: ContainerShell, { task, container }: ExecPlace): Promise<void> {
  let why = "";
  for (let tried = 0; tried < CANARIES; tried++) {
    const outcome = await shell.run(["true"]).catch((error: unknown) => {
      if (tried < CANARIES - 1 && isTransient(error))
        return { kind: "unknown", why: (error as Error).message } as const;
      throw error;
    });
    if (outcome.kind === "exited" && outcome.code === 0) return;
    why = outcome.kind === "exited" ? `it exited with ${outcome.code}` : outcome.why;
    if (outcome.kind === "exited") break;
    await pause(BETWEEN_CANARIES_MS[tried] ?? 0, undefined);
  }
  throw new OpsError({
    code: "exec-canary",
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message: `container ${container} of task ${task} could not run "true" by ECS Exec: ${why}`,
  });
}

/** `clients` must never repeat a request (`WRITE_ATTEMPTS`). An error's `effect` tells what may have happened. */
export function createGateway(clients: Clients, clock: Pick<Clock, "now">, settings: SendSettings = {}): Gateway {
  return {
    async send(operation: Operation, key: string): Promise<Receipt> {
      const call = `${operation.service}:${operation.name}`;
      const sender = SENDERS[call];
      if (sender === undefined) throw notSendable(call);
      const { requestId, answer } = await sender(clients, operation.input, key, { ...settings, clock }).catch(
        (failure: unknown) => {
          throw translate(failure, call);
        },
      );
      return { ...(requestId === undefined ? {} : { requestId }), answer: sanitiseDeep(answer) as JsonObject };
    },
  };
}

function notSendable(call: string): OpsError {
  return new OpsError({
    code: "operation-unknown",
    exitCode: EXIT.failed,
    fault: "tool",
    effect: "none",
    message: `this version cannot send ${call}`,
  });
}
