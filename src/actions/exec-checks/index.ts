import { agent } from "./agent.ts";
import type { ExecCheck } from "./check.ts";
import { cluster } from "./cluster.ts";
import { container } from "./container.ts";
import { containerSetup } from "./container-setup.ts";
import { deployments } from "./deployments.ts";
import { enabled } from "./enabled.ts";
import { platform } from "./platform.ts";
import { role } from "./role.ts";
import { scaling } from "./scaling.ts";
import { sessions } from "./sessions.ts";
import { tasks } from "./tasks.ts";
import { unasked, way } from "./way.ts";

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
