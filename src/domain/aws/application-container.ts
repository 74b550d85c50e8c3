import type { Finding } from "../operation.ts";
import type { Service } from "./ecs.ts";

/** What distinguishes the containers of a task definition. */
export interface ContainerFacts {
  readonly name: string;
  readonly image?: string;
  /** Absent means true. */
  readonly essential?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ContainerQuestion {
  /** The name that the operator or the configuration gives. */
  readonly named?: string | undefined;
  readonly balancers: Service["balancers"];
  readonly containers: readonly ContainerFacts[];
}

/** Which container is the application's. `all` lists those of the definition; `why` completes "… is not certain: ". */
export type ContainerChoice =
  | { readonly kind: "certain"; readonly name: string; readonly all: readonly string[]; readonly how: string }
  | { readonly kind: "absent"; readonly named: string; readonly all: readonly string[] }
  | { readonly kind: "uncertain"; readonly all: readonly string[]; readonly why: string };

/**
 * Only this function decides which container is the application's: the named one, else the one that is certain. A wrong
 * guess runs a command in a sidecar, or takes a sidecar's end for the command's.
 */
export function chooseContainer({ named, balancers, containers }: ContainerQuestion): ContainerChoice {
  const all = containers.map(({ name }) => name);
  const certain = (name: string, how: string): ContainerChoice => ({ kind: "certain", name, all, how });
  if (named !== undefined) return all.includes(named) ? certain(named, "it is named") : { kind: "absent", named, all };
  const own = containers.filter(isOfVulcan).map(({ name }) => name);
  const balanced = [...new Set(balancers.map(({ container }) => container))];
  const [labelled, ...twins] = containers.filter(saysItMigrates).map((one) => one.name);
  if (labelled !== undefined && twins.length === 0 && own.length === 1)
    return certain(labelled, `it alone is Vulcan's, and its label ${MIGRATIONS_LABEL} says so`);
  if (balanced.length > 0) return ofTheBalancer(balanced, own, all);
  const [only, ...others] = all;
  if (only === undefined) return { kind: "uncertain", all, why: "the task definition has no container" };
  if (others.length === 0) return certain(only, "it is the only one");
  const essential = containers.filter((one) => one.essential !== false && isOfVulcan(one));
  const [first, ...more] = essential.map(({ name }) => name);
  if (first !== undefined && more.length === 0) return certain(first, "it alone is essential and of Vulcan's image");
  const why =
    more.length > 0 ? `${essential.length} of them are of Vulcan's image` : "none of them is known as Vulcan's";
  return { kind: "uncertain", all, why: `the service has no load balancer, and ${why}` };
}

/** A proxy may receive the requests and forward them to the application beside it. */
function ofTheBalancer(balanced: readonly string[], own: readonly string[], all: readonly string[]): ContainerChoice {
  const uncertain = (why: string): ContainerChoice => ({ kind: "uncertain", all, why });
  const [name, ...others] = balanced;
  if (name === undefined || others.length > 0)
    return uncertain(`the load balancer sends requests to ${balanced.join(" and ")}`);
  if (!all.includes(name)) return uncertain(`the load balancer names ${name}, which is not among them`);
  if (own.length > 0 && !own.includes(name))
    return uncertain(`the load balancer names ${name}, and the image of ${own.join(" and ")} is Vulcan's`);
  return { kind: "certain", name, all, how: "the load balancer names it" };
}

const LABEL = /^vulcan\./;

/** A pipeline may set this Docker label, or tag of the definition, to the newest migration of its image. */
export const MIGRATIONS_LABEL = "vulcan.migrations";

/** One that is not essential may migrate for the application, and has ended. */
const saysItMigrates = ({ essential, labels = {} }: ContainerFacts): boolean =>
  essential !== false && labels[MIGRATIONS_LABEL] !== undefined;

/** Whether another container is Vulcan's and the chosen one is not. */
export const isProbablyAnother = (name: string, containers: readonly ContainerFacts[]): boolean =>
  containers.some(isOfVulcan) && !containers.some((one) => one.name === name && isOfVulcan(one));

/** Whether it is Vulcan's, by its labels or by the repository of its image. */
export const isOfVulcan = ({ image, labels = {} }: ContainerFacts): boolean =>
  repositoryOf(image ?? "")
    .split("/")
    .at(-1) === "vulcan" || Object.keys(labels).some((label) => LABEL.test(label));

/** `registry/vulcan:1.42.0` and `registry/vulcan@sha256:…` → `registry/vulcan`; a registry's port stays. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");

/** Its name, where that is certain. */
export const certainContainerName = (choice: ContainerChoice): string | undefined =>
  choice.kind === "certain" ? choice.name : undefined;

/** One sentence for people. */
export function explainChoice(choice: ContainerChoice): string {
  const all = choice.all.join(", ") || "none";
  if (choice.kind === "certain") return `container ${choice.name} of ${all}: ${choice.how}`;
  if (choice.kind === "absent") return `there is no container ${choice.named}, only ${all}`;
  return `which container is the application's is not certain (${all}): ${choice.why}`;
}

/** For a finding that blocks because the container is not certain: an operator may choose among these. */
export const namesToChoose = (choice: ContainerChoice): Pick<Finding, "containers"> =>
  choice.kind === "uncertain" && choice.all.length > 0 ? { containers: choice.all } : {};

/** How to name the container: for a Down, and for every command. */
export const NAME_IN_CONFIGURATION = "container: NAME of the target, in vulcan-ops.yaml";
export const NAMING = ["vulcan-ops migrate down … --container NAME", NAME_IN_CONFIGURATION];
