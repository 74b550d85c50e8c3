import type { Edit } from "../../domain/aws/copy-revision.ts";
import { type Container, namesDatabase, type TaskDefinition } from "../../domain/aws/ecs.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";

/** Every variable that names a database, or may, and what happens to it in a copy for another database. */
export function databaseVariableFindings(
  definition: TaskDefinition,
  source: string,
  edits: readonly Edit[],
  leave: readonly string[],
): Finding[] {
  const variables = definition.containers.flatMap(variablesOf);
  const strange = leave.filter((name) => !variables.some((variable) => variable.name === name));
  return [
    ...strange.map((name) =>
      block("leave-unknown", `--leave ${name}: no variable of ${definition.name} by that name names a database`),
    ),
    ...variables.map((variable) => judge(variable, { definition, source, edits, leave })),
  ];
}

interface Variable {
  readonly container: string;
  readonly name: string;
  /** If its value is plain text and says it: `host:port/database`. */
  readonly place?: string;
  readonly isSecret: boolean;
}

function variablesOf({ name: container, environment, secrets }: Container): Variable[] {
  const plain = environment
    .filter(({ name, place }) => place !== undefined || namesDatabase(name))
    .map(({ name, place }) => ({ container, name, isSecret: false, ...(place === undefined ? {} : { place }) }));
  const secret = secrets.filter(({ name }) => namesDatabase(name));
  return [...plain, ...secret.map(({ name }) => ({ container, name, isSecret: true }))];
}

interface Copying {
  readonly definition: TaskDefinition;
  /** The instance that the service leaves. */
  readonly source: string;
  readonly edits: readonly Edit[];
  readonly leave: readonly string[];
}

function judge({ container, name, place, isSecret }: Variable, { definition, source, edits, leave }: Copying): Finding {
  const what = `${name} of ${container}`;
  if (edits.some((edit) => "container" in edit && edit.container === container && "name" in edit && edit.name === name))
    return ok("connection", `${what} is what leads ${definition.name} to its database`);
  if (leave.includes(name)) return warn("connection-left", `${what} stays as it is, as --leave says`);
  if (place !== undefined)
    return warn("connection-left", `${what} names ${place}, which is not ${source}'s address, and stays as it is`);
  if (!isSecret) return warn("connection-unknown", `${what} stays as it is: whether it names ${source} is not known`);
  const text = `${what} comes from a secret, which may name ${source} as well: the service would use both databases`;
  return block("connection-secret", text, [
    "the same command with --database-secret ARN of a secret that names the new database",
    `the same command with --leave ${name}, where it names another database`,
  ]);
}
