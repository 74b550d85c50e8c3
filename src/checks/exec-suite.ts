import { execScaling } from "./deployment/autoscaling.ts";
import { agent, enabled } from "./exec/agent.ts";
import { container } from "./exec/container.ts";
import { containerSetup } from "./exec/container-setup.ts";
import { deployments } from "./exec/deployment-in-progress.ts";
import { networkReach, notAsked } from "./exec/network-reach.ts";
import { platform } from "./exec/platform.ts";
import { cluster, sessions } from "./exec/session.ts";
import { tasks } from "./exec/task.ts";
import { role } from "./exec/task-role.ts";
import type { ExecCheck } from "./exec-subject.ts";

/** All checks before a command is run in a container, in the order of the report. */
export const EXEC_CHECKS: readonly ExecCheck[] = [
  tasks,
  container,
  enabled,
  agent,
  platform,
  role,
  containerSetup,
  sessions,
  cluster,
  deployments,
  execScaling,
  networkReach,
  notAsked,
];
