import { READS, WRITES } from "../../../src/domain/aws/iam-actions.ts";
import type { Procedure } from "./procedures.ts";
import type { Request, Trace } from "./trace.ts";

/** Members of requests that tell nothing here: where, and what the world or the execution gave by chance. */
const UNTOLD: ReadonlySet<string> = new Set([
  ..."cluster service ServiceNamespace ResourceId ScalableDimension Name Value Type tasks task container".split(" "),
  ..."serviceDeploymentArn interactive networkConfiguration startedBy clientToken count".split(" "),
]);

/** Of requests with many members: those that matter. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  RegisterTaskDefinition: ["family", "tags"],
  RestoreDBInstanceToPointInTime: ["SourceDBInstanceIdentifier", "TargetDBInstanceIdentifier"],
};

/** For reviews: the writes of a trace in order, and its reads by how many there were of each. */
export function summaryOf({ scenario, commands }: Procedure, { exitCodes, requests, mask }: Trace): string {
  const typed = commands.map((words, index) => `${["vulcan-ops", ...words].join(" ")}   exit ${exitCodes[index]}`);
  const writes = requests.filter(({ mutating }) => mutating).map((request) => mask(writeLine(request)));
  const reads = countsOf(
    requests.filter(({ mutating }) => !mutating).map((request) => [nameOf(request), request.error]),
  );
  return [`in ${scenario}`, ...typed, "", "writes", ...writes, "", "reads", ...reads, ""].join("\n");
}

const ACTIONS = [...READS, ...WRITES].map(({ action }) => action);

/** With its service, where two have an operation of that name. */
function nameOf({ service, operation }: Request): string {
  const isShared = ACTIONS.filter((action) => action.endsWith(`:${operation}`)).length > 1;
  return isShared ? `${service}:${operation}` : operation;
}

function writeLine({ operation, input, error }: Request): string {
  const told = TOLD[operation] ?? Object.keys(input).filter((name) => !UNTOLD.has(name));
  const members = told.map((name) => `${name}=${valueText(name, input[name])}`);
  return `  ${[operation, ...members, ...(error === undefined ? [] : [`refused: ${error}`])].join(" ")}`;
}

function valueText(name: string, value: unknown): string {
  // What is run in a container comes last, behind the shell that runs it only once.
  if (name === "command" && typeof value === "string") return JSON.stringify(value.replace(/^.*' /s, ""));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** One line an operation: how often, and how often with which error. */
function countsOf(reads: readonly (readonly [operation: string, error: string | undefined])[]): readonly string[] {
  const names = [...new Set(reads.map(([operation]) => operation))].sort();
  return names.map((name) => {
    const errors = reads.flatMap(([operation, error]) => (operation === name && error !== undefined ? [error] : []));
    const kinds = [...new Set(errors)].sort().map((kind) => `${errors.filter((one) => one === kind).length} ${kind}`);
    const count = reads.filter(([operation]) => operation === name).length;
    return `${String(count).padStart(5)} ${name}${kinds.length === 0 ? "" : ` (${kinds.join(", ")})`}`;
  });
}
