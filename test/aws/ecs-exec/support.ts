import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import { createContainerShell } from "../../../src/aws/ecs-exec/container-shell.ts";
import type { ExecLimits } from "../../../src/aws/ecs-exec/timeouts.ts";
import type { ContainerOutcome, ContainerShell } from "../../../src/domain/container-shell.ts";
import type { OpsError } from "../../../src/domain/error.ts";
import type { Sandbox } from "../../../src/sandbox/index.ts";

const CLUSTER = "vulcan-prod";
const CONTAINER = "vulcan";

/** As a user's environment would name the sandbox: the SDK is given nothing else. */
export function useSandbox({ env }: Pick<Sandbox, "env">): void {
  Object.assign(process.env, env, {
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  });
}

export function runningTasks(sandbox: Sandbox): readonly string[] {
  const tasks = sandbox.state().services[0]?.tasks ?? [];
  return tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").map(({ id }) => id);
}

/** A shell in the first running task, with a test's patience. */
export function shellIn(sandbox: Sandbox, limits: Partial<ExecLimits> = {}, place: object = {}): ContainerShell {
  const [task = ""] = runningTasks(sandbox);
  const where = { cluster: CLUSTER, task, container: CONTAINER, ...place };
  const clients = createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS);
  return createContainerShell(clients, where, { now: () => sandbox.now() }, limits);
}

/** A program for /bin/sh, as the words of a command. */
export const sh = (script: string, ...args: string[]): string[] => ["/bin/sh", "-c", script, "sh", ...args];

export const shown = (outcome: ContainerOutcome): string => Buffer.from(outcome.output.bytes).toString("utf8");

export async function refusalOf(asking: Promise<unknown>): Promise<OpsError["detail"]> {
  return asking.then(
    (value) => {
      throw new Error(`it was not refused: ${JSON.stringify(value)}`);
    },
    (error: OpsError) => error.detail ?? error,
  );
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
