import { agent } from "./exec/agent.ts";
import { scaling } from "./exec/autoscaling.ts";
import { container } from "./exec/container.ts";
import { containerSetup } from "./exec/container-setup.ts";
import { deployments } from "./exec/deployment-in-progress.ts";
import { enabled } from "./exec/enabled.ts";
import { unasked, way } from "./exec/network-reach.ts";
import { platform } from "./exec/platform.ts";
import { cluster } from "./exec/session-encryption.ts";
import { sessions } from "./exec/shared-processes.ts";
import { tasks } from "./exec/task.ts";
import { role } from "./exec/task-role.ts";
import type { ExecCheck } from "./exec-check.ts";

/** Everything that is looked at before a command is run in a container, in the order in which it is told. */
export const CHECKS: readonly ExecCheck[] = [
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
  scaling,
  way,
  unasked,
];
