import type { StopServiceDeploymentCommandInput, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Operation, Receipt } from "../domain/operation.ts";
import type { Gateway } from "../domain/ports.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import type { Clients } from "./clients.ts";
import { translate } from "./errors.ts";

/** What came back from one SDK call. */
interface Answered {
  readonly requestId: string | undefined;
  readonly answer: Json;
}

type Sender = (clients: Clients, input: JsonObject) => Promise<Answered>;

/** Every Operation that this product can send; the answer is cut down to what identifies the effect. */
const SENDERS: Readonly<Record<string, Sender>> = {
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

  /** One call a task. Those that fail are told beside those that did not; where all fail, the step has failed. */
  "ecs:StopTasks": async (clients, input) => {
    const [client, { StopTaskCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
    const { cluster, reason } = input as { cluster: string; reason: string };
    const tasks = input.tasks as readonly string[];
    const answers = await Promise.allSettled(
      tasks.map((task) => client.send(new StopTaskCommand({ cluster, task, reason }))),
    );
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    if (refused.length === tasks.length && refused.length > 0) throw refused[0];
    const isTaken = (_task: string, index: number) => answers[index]?.status === "fulfilled";
    return {
      requestId: answers.flatMap((answer) =>
        answer.status === "fulfilled" ? [answer.value.$metadata.requestId] : [],
      )[0],
      answer: {
        stopped: tasks.filter(isTaken),
        refused: refused.map((error) => translate(error, "ecs:StopTask").message),
      },
    };
  },
};

/** Sends over clients that never repeat a request (`WRITE_ATTEMPTS`); an error's `effect` tells what may have happened. */
export function createGateway(clients: Clients): Gateway {
  return {
    async send(operation: Operation): Promise<Receipt> {
      const call = `${operation.service}:${operation.name}`;
      const sender = SENDERS[call];
      if (sender === undefined) throw notSendable(call);
      const { requestId, answer } = await sender(clients, operation.input).catch((failure: unknown) => {
        throw translate(failure, call);
      });
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
