import type { Container, TaskContainer } from "../../domain/aws/ecs.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { BY_TASK, containerOf, type ExecCheck, runningContainerOf } from "../exec-subject.ts";

export const containerSetup: ExecCheck = {
  id: "containerSetup",
  question: "how that container is set up",
  async run(subject) {
    const container = await containerOf(subject);
    const running = await runningContainerOf(subject).then(
      ({ container: found }) => found,
      () => undefined,
    );
    return [judgeRoot(container, running), judgeVariables(container), judgeInit(container)];
  },
};

/** Where the agent writes; volumes mounted there are enough under a read-only root file system. [O] */
export const AGENT_FOLDERS = "/managed-agents, /var/lib/amazon/ssm, /var/log/amazon/ssm";

/**
 * The agent writes into the container's own file system before it starts (ECS Exec, considerations). Where it runs, it
 * could: what is seen decides. The setting is a reason only while the agent does not run.
 */
export function judgeRoot({ name, readonlyRoot }: Container, running: TaskContainer | undefined): Finding {
  if (readonlyRoot !== true)
    return ok("exec-root-writable", `the root file system of container ${name} can be written`);
  const what = `container ${name} has a read-only root file system (readonlyRootFilesystem)`;
  if (running?.agent === "RUNNING")
    return ok("exec-root-writable", `${what}, and the agent of ECS Exec runs in it nevertheless`);
  if (running?.agent === undefined)
    return warn("exec-root-readonly", `${what}: without volumes at ${AGENT_FOLDERS} ECS Exec cannot work`, [BY_TASK]);
  const text = `${what}, and the agent of ECS Exec does not run in it: it needs volumes at ${AGENT_FOLDERS}`;
  return block("exec-root-readonly", text, [BY_TASK]);
}

const KEYS = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/;

/** The agent prefers credentials from the environment to the task role (`ecs-exec.md` §6). */
export function judgeVariables({ name, environment, secrets }: Container): Finding {
  const variables = [...environment, ...secrets].map((one) => one.name);
  const keys = variables.filter((variable) => KEYS.test(variable));
  if (keys.length === 0) return ok("exec-credentials", `container ${name} sets no AWS keys of its own`);
  const text = `container ${name} sets ${keys.join(" and ")}: the agent would use these keys instead of the task role`;
  return warn("exec-own-credentials", text);
}

export function judgeInit({ name, initProcess }: Container): Finding {
  if (initProcess === true)
    return ok("exec-init", `an init process in container ${name} reaps what a command leaves behind`);
  const text = `container ${name} has no init process (initProcessEnabled): ended commands stay as zombies until it stops`;
  return warn("exec-no-init", text);
}
