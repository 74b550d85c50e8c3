import {
  certainContainerName,
  chooseContainer,
  explainChoice,
  isOfVulcan,
  NAME_IN_CONFIGURATION,
  NAMING,
  namesToChoose,
  repositoryOf,
} from "../../domain/aws/application-container.ts";
import type { Container, Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import { block, warn } from "../../domain/finding.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Finding, Operation } from "../../domain/operation.ts";

export interface OneOff {
  readonly cluster: string;
  readonly service: Service;
  /** The name of the application's container, from the operator, the runbook or the configuration. */
  readonly named?: string | undefined;
  readonly definition: TaskDefinition;
  /** The words after `vulcan`. */
  readonly words: readonly string[];
  /** The value of `--via` that needs no such task. */
  readonly instead: "exec" | "start";
}

/** RunTask and its findings; no Operation if it is not certain which container it is for. */
export interface OneOffPlan {
  readonly operation?: Operation;
  readonly findings: readonly Finding[];
}

/** One task, placed like those of the service. The application's container gets these words. */
export function planOneOff({ cluster, service, named, definition, words, instead }: OneOff): OneOffPlan {
  const { containers, name: taskDefinition } = definition;
  const choice = chooseContainer({ named, balancers: service.balancers, containers });
  const container = containers.find(({ name }) => name === certainContainerName(choice));
  if (container === undefined) {
    const code = choice.kind === "absent" ? "task-container-absent" : "task-which-container";
    const finding = block(code, `${taskDefinition}: ${explainChoice(choice)}`, WAYS[instead]);
    return { findings: [{ ...finding, ...namesToChoose(choice) }] };
  }
  const command = [...program(container), ...words];
  const overrides = { containerOverrides: [{ name: container.name, command }] };
  const input: JsonObject = { cluster, taskDefinition, count: 1, ...service.placement, overrides };
  return {
    operation: { service: "ecs", name: "RunTask", input },
    findings: otherContainers(container, definition, instead),
  };
}

const WAYS: Readonly<Record<OneOff["instead"], readonly string[]>> = { exec: NAMING, start: [NAME_IN_CONFIGURATION] };

const basename = (word: string): string => word.split("/").at(-1) ?? word;

/** If the entry point of the image or the definition is `vulcan` already, the words alone are the command. */
function program({ command: [first = "vulcan"] = [], entryPoint }: Container): readonly string[] {
  const isEntered = entryPoint === undefined ? first === "serve" : basename(entryPoint.at(-1) ?? "") === "vulcan";
  if (isEntered) return [];
  return [basename(first) === "vulcan" ? first : "vulcan"];
}

/** What else in the definition would break the command. RunTask overrides a command, never an entry point. [D] */
function otherContainers(
  container: Container,
  { name: taskDefinition, containers }: TaskDefinition,
  instead: OneOff["instead"],
): Finding[] {
  const { name, entryPoint = [], essential } = container;
  const others = containers.filter((other) => other.name !== name);
  const rivals = others.filter((other) => startsVulcan(other, container)).map((other) => other.name);
  const companions = others.filter((other) => other.essential !== false && !rivals.includes(other.name));
  const next = [`the same command with --via ${instead}`];
  const found: (Finding | false)[] = [
    (entryPoint.includes("-c") || entryPoint.slice(1).includes("serve")) &&
      block(
        "task-entry-point",
        `the entry point of container ${name} (${entryPoint.join(" ")}) takes no command of ours`,
        next,
      ),
    essential === false &&
      block("task-goes-on", `container ${name} is not essential: its task would not end with the command`, next),
    rivals.length > 0 &&
      block(
        "task-rival",
        `the task would also start ${rivals.join(" and ")} of ${taskDefinition}, which would serve or migrate`,
        next,
      ),
    companions.length > 0 &&
      warn(
        "task-companion",
        `${companions.map((one) => one.name).join(" and ")} starts too, and its end would stop the task`,
      ),
  ];
  return found.filter((finding) => finding !== false);
}

/** Has the application's image, or Vulcan's by its name or label, and does not start another program. */
function startsVulcan(other: Container, application: Container): boolean {
  if (repositoryOf(other.image) !== repositoryOf(application.image) && !isOfVulcan(other)) return false;
  const words = [...(other.entryPoint ?? []), ...(other.command ?? [])];
  return words.length === 0 || words.some((word) => /\b(vulcan|serve|migrate)\b/.test(word));
}
