import { chooseContainer } from "../../domain/aws/application-container.ts";
import { chooseServingTask } from "../../domain/aws/exec-target.ts";
import { knownDefinition } from "../../domain/aws/known-definition.ts";
import type { EcsReads } from "../../domain/aws/reads.ts";
import type { ServingShell } from "../../domain/container-shell.ts";
import type { Clock } from "../../domain/ports.ts";
import type { Target } from "../../domain/target.ts";
import type { Clients } from "../client/clients.ts";
import { createContainerShell } from "./container-shell.ts";
import type { ExecVia } from "./transport.ts";

interface ShellSources {
  readonly ecs: EcsReads;
  /** Clients that never repeat a request. */
  readonly writing: Clients;
  readonly via?: ExecVia | undefined;
}

/** Only reads until the shell runs a command. Throws OpsError if no task can be entered. */
export async function openServingShell(
  { ecs, writing, via }: ShellSources,
  target: Target,
  clock: Pick<Clock, "now">,
): Promise<ServingShell> {
  const { cluster, service: name } = target;
  const [service, tasks] = await Promise.all([ecs.service(cluster, name), ecs.tasks(cluster, name, "RUNNING")]);
  const { containers } = await knownDefinition(ecs, service.taskDefinition);
  const choice = chooseContainer({ named: target.container, balancers: service.balancers, containers });
  const serving = chooseServingTask(service, tasks, target, { choice, containers });
  const { task, container } = serving;
  return { ...serving, shell: createContainerShell(writing, { cluster, task, container }, clock, {}, via) };
}
