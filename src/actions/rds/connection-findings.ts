import type { TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Instance } from "../../domain/aws/rds.ts";
import { block } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { databaseVariableFindings } from "../ecs/database-variables.ts";
import { editsOf } from "../ecs/revision/definition-edits.ts";

/** The address of an instance as a connection names it: `host:port`. */
export const addressOf = ({ endpoint }: Instance): string | undefined =>
  endpoint === undefined ? undefined : `${endpoint.host}:${endpoint.port}`;

/** Whether a copy of the revision could point to another database, before that database exists. */
export function connectionFindings(
  definition: TaskDefinition,
  source: Instance,
  name: string,
  databaseSecret: string | undefined,
  leave: readonly string[] = [],
): Finding[] {
  const from = addressOf(source) ?? source.id;
  const places = { databaseFrom: from, databaseTo: `${name}:${port(from)}` };
  const { edits, findings } = editsOf(definition, { ...places, databaseSecret, leave });
  const [obstacle] = findings;
  if (obstacle === undefined) return databaseVariableFindings(definition, source.id, edits, leave);
  if (obstacle.code !== "database-not-named") return [obstacle];
  const text = `${obstacle.text}; a new revision needs a secret of its own, whose value names ${hostOf(source, name)} instead of ${hostOf(source, source.id)}`;
  return [
    block("database-secret-needed", text, [
      "aws secretsmanager create-secret --name … --secret-string file://…",
      "the same command with --database-secret ARN of that secret",
      "the same command with --cutover rename, which needs none",
    ]),
  ];
}

const port = (address: string): string => address.split(":")[1] ?? "5432";

/** RDS's host names begin with the instance's name. The rest is the same for an account and region. [D] */
function hostOf({ id, endpoint }: Instance, name: string): string {
  const host = endpoint?.host ?? "";
  return host.startsWith(`${id}.`) ? `${name}${host.slice(id.length)}` : `the address of ${name}`;
}
