import { commandLine } from "../../domain/command-line.ts";
import type { ExecPlace } from "../../domain/container-shell.ts";
import { isRefused, OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";
import type { Clients } from "../client/clients.ts";
import { translate } from "../client/errors.ts";
import type { ResumeAnswer, Ticket } from "./data-channel.ts";

/** Clients that never repeat a request (`WRITE_ATTEMPTS`): ExecuteCommand starts its command each time. */
export type ExecClients = Pick<Clients, "ecs" | "ssm"> & Partial<Pick<Clients, "agents">>;

export type ExecCalls = Omit<ReturnType<typeof callsOf>, "agent"> & Partial<Pick<ReturnType<typeof callsOf>, "agent">>;

/** The calls that a session needs. Only ExecuteCommand must be allowed; the others tolerate a missing permission. */
export function callsOf(clients: ExecClients, place: ExecPlace) {
  return {
    execute: (command: string) => execute(clients, place, command),
    resume: (sessionId: string) => resume(clients, sessionId),
    terminate: (sessionId: string) => terminate(clients, sessionId),
    taskEnd: () => taskEnd(clients, place),
    agent: async (url: string) => {
      const agents = await clients.agents?.();
      return url.startsWith("wss:") ? agents?.httpsAgent : agents?.httpAgent;
    },
  };
}

/** Once this request is sent, the command may run, even if no client ever connects to read its output. */
async function execute(clients: ExecClients, place: ExecPlace, command: string): Promise<Ticket> {
  try {
    const [client, { ExecuteCommandCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
    const { session } = await client.send(new ExecuteCommandCommand({ ...place, command, interactive: true }));
    const { sessionId = "", streamUrl = "", tokenValue = "" } = session ?? {};
    return { sessionId, streamUrl, tokenValue };
  } catch (failure) {
    throw explained(failure, place);
  }
}

async function resume(clients: ExecClients, SessionId: string): Promise<ResumeAnswer> {
  try {
    const [client, { ResumeSessionCommand }] = await Promise.all([clients.ssm(), import("../sdk/ssm.ts")]);
    const { TokenValue = "" } = await client.send(new ResumeSessionCommand({ SessionId }));
    return TokenValue === "" ? "over" : { token: TokenValue };
  } catch (failure) {
    if ((failure as Error).name === "DoesNotExistException") return "over";
    const error = translate(failure, "ssm:ResumeSession");
    if (isRefused(error)) return "refused";
    throw error;
  }
}

/** The maximum wait for TerminateSession. */
const TERMINATE_MS = 2000;

/** Frees the session's slot. Without the permission, AWS ends the session after 20 minutes. */
async function terminate(clients: ExecClients, SessionId: string): Promise<void> {
  try {
    const [client, { TerminateSessionCommand }] = await Promise.all([clients.ssm(), import("../sdk/ssm.ts")]);
    await client.send(new TerminateSessionCommand({ SessionId }), { abortSignal: AbortSignal.timeout(TERMINATE_MS) });
  } catch {} // nothing depends on it
}

const NOT_RUNNING: ReadonlySet<string | undefined> = new Set([
  "DEACTIVATING",
  "STOPPING",
  "DEPROVISIONING",
  "STOPPED",
  "DELETED",
]);

/** How the task ended; undefined while it runs, or if its state cannot be read. */
async function taskEnd(clients: ExecClients, { cluster, task }: ExecPlace): Promise<string | undefined> {
  try {
    const [client, { DescribeTasksCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
    const found = (await client.send(new DescribeTasksCommand({ cluster, tasks: [task] }))).tasks?.[0];
    if (!NOT_RUNNING.has(found?.lastStatus)) return undefined;
    return safe(`the task is ${found?.lastStatus}: ${found?.stoppedReason ?? "no reason given"}`);
  } catch {
    return undefined;
  }
}

const safe = (text: string): string => redactText(sanitise(text, { most: 300 }));

/** Explains why ExecuteCommand was refused. A refusal comes before anything has started. */
function explained(failure: unknown, { cluster, task, container }: ExecPlace): OpsError {
  const { name = "", message = "" } = (failure ?? {}) as { name?: string; message?: string };
  const detail = safe(message);
  if (name === "TargetNotConnectedException") return notConnected(task, detail, failure);
  if (name !== "InvalidParameterException") return translate(failure, "ecs:ExecuteCommand");
  if (/not enabled|agent isn.t running/i.test(message)) {
    return notStarted("exec-disabled", `ECS Exec is off for task ${task}, or its agent does not run: ${detail}`, [
      commandLine`aws ecs describe-tasks --cluster ${cluster} --tasks ${task} --query "tasks[].[enableExecuteCommand,containers[].managedAgents]"`,
      commandLine`aws ecs update-service --cluster ${cluster} --service … --enable-execute-command --force-new-deployment (only new tasks get it)`,
    ]);
  }
  return notStarted("exec-impossible", `no command can run in container ${container} of task ${task}: ${detail}`, [
    commandLine`aws ecs describe-tasks --cluster ${cluster} --tasks ${task}`,
  ]);
}

const NOT_STARTED = "No command was started; nothing changed.";

function notStarted(code: string, message: string, next: readonly string[]): OpsError {
  const exitCode = EXIT.guarded;
  return new OpsError({ code, exitCode, fault: "operator", effect: "none", message, unchanged: NOT_STARTED, next });
}

function notConnected(task: string, detail: string, cause: unknown): OpsError {
  return new OpsError({
    code: "exec-not-connected",
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message: `the agent for ECS Exec in task ${task} cannot be reached: ${detail}`,
    unchanged: NOT_STARTED,
    next: ["try again in a minute: another session may still hold the container's one place"],
    cause,
  });
}

/** The session has a key. This client does not support encryption, and the agent waits for it before it starts. */
export function encryptedError({ cluster }: ExecPlace): OpsError {
  return notStarted(
    "exec-encrypted",
    `cluster ${cluster} encrypts ECS Exec sessions with a KMS key, which this client cannot do`,
    [
      "the same command with --exec-via plugin, which takes AWS's session-manager-plugin",
      "or run it as a one-off task: aws ecs run-task --overrides …",
      commandLine`or take kmsKeyId out of the cluster's executeCommandConfiguration: aws ecs describe-clusters --clusters ${cluster} --include CONFIGURATIONS`,
    ],
  );
}

/** The agent reports that it could not start the command, most often because the image has no shell. */
export function notStartedError({ container }: ExecPlace, message: string): OpsError {
  const detail = safe(message.replace(/^Unable to start command:\s*/, ""));
  const noShell = /\/bin\/sh/.test(message);
  return notStarted(
    noShell ? "exec-no-shell" : "exec-cannot-start",
    noShell
      ? `container ${container} has no /bin/sh, without which an exit code cannot be had: ${detail}`
      : `the agent could not start the command in container ${container}: ${detail}`,
    ["run it as a one-off task instead: aws ecs run-task --overrides …"],
  );
}

/** The connection was lost around the start. The command may run; only the container shows whether it does. */
export function perhapsStarted(why: string, { task, container }: ExecPlace): OpsError {
  return new OpsError({
    code: "exec-start-unknown",
    exitCode: EXIT.unknown,
    fault: "remote",
    effect: "unknown",
    message: `it is not known whether the command was started in container ${container} of task ${task}: ${safe(why)}`,
  });
}

/** The latch is a folder. Without it, nothing prevents a command from running twice. */
export function unwritableError({ container }: ExecPlace): OpsError {
  return notStarted(
    "exec-read-only",
    `container ${container} has no folder that can be written to, for the latch that keeps a command from running twice`,
    ["run it as a one-off task instead: aws ecs run-task --overrides …"],
  );
}
