import { judgeContainer } from "../../checks/exec/container.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { chooseContainer } from "../../domain/aws/application-container.ts";
import { chooseServingTask, type ServingTask } from "../../domain/aws/exec-target.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices } from "../../domain/services.ts";

const inputs = {
  container: {
    type: "string",
    required: false,
    description: "Container to enter. Default is the application's.",
  },
} as const;

/** An operator may still say which container it is. */
interface Undecided {
  readonly undecided: Finding;
}

/** Chooses one task that serves and can be entered. Later steps keep, protect and use the same task. */
export const chooseTask = defineAction<ActionServices, typeof inputs, ServingTask | Undecided>({
  name: "ecs.chooseTask",
  summary: "Choose one task of the service that ECS Exec can enter.",
  risk: "read",
  inputs,
  outputs: {
    task: { type: "string", description: "its id" },
    container: { type: "string", description: "the application's container" },
  },
  async observe({ container }, { services, target }) {
    const [service, tasks] = await Promise.all([
      services.aws.ecs.service(target.cluster, target.service),
      services.aws.setup.execTasks(target.cluster, target.service),
    ]);
    const containers = await services.aws.setup.containers(service.taskDefinition);
    const named = container ?? target.container;
    const choice = chooseContainer({ named, balancers: service.balancers, containers });
    if (choice.kind === "uncertain") return { kind: "observed", value: { undecided: judgeContainer(choice) } };
    return { kind: "observed", value: chooseServingTask(service, tasks, target, { choice, containers }) };
  },
  plan: (_given, observation) => planChoice(observation),
});

function planChoice(observation: ServingTask | Undecided): StepPlan {
  if ("undecided" in observation)
    return { summary: "no task is chosen", changes: [], findings: [observation.undecided], outputs: {} };
  const { task, container, taskDefinition } = observation;
  return {
    summary: `container ${container} of task ${task} (${taskDefinition})`,
    changes: [],
    findings: [],
    outputs: { task, container },
  };
}
