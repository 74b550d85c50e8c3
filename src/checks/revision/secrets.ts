import type { TaskDefinition } from "../../domain/aws/ecs.ts";
import { block, counted, notChecked, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../check.ts";

/** Whether each secret that the containers need exists, or why that is unknown; by ARN. */
export type SecretEvidence = ReadonlyMap<string, boolean | { readonly why: string }>;

export const secrets: RollbackCheck = {
  question: "whether the secrets of that revision exist",
  validAfterSend: true,
  async run({ wanted }, { aws }) {
    const arns = [...new Set(references(wanted).map(({ from }) => from))].filter(isInSecretsManager);
    const look = (from: string) => aws.around.hasSecret(from).catch((error: Error) => ({ why: error.message }));
    const there = await Promise.all(arns.map(async (from) => [from, await look(from)] as const));
    return judgeSecrets(wanted, new Map(there));
  },
};

export function judgeSecrets(wanted: TaskDefinition, there: SecretEvidence): Finding[] {
  const all = references(wanted);
  const missing = all.filter(({ from }) => there.get(from) === false);
  const unseen = [...there].flatMap(([from, seen]) => (typeof seen === "object" ? [notChecked(from, seen.why)] : []));
  const elsewhere = all.filter(({ from }) => !isInSecretsManager(from));
  const found = new Set(all.map(({ from }) => from).filter((from) => there.get(from) === true)).size;
  return [
    ...missing.map(({ container, name, from }) =>
      block(
        "secret-missing",
        `no task of ${wanted.name} can start: ${from}, which ${container} gets as ${name}, is gone`,
      ),
    ),
    ...unseen,
    ...elsewhere.map(({ name, from }) => notChecked(`${name} from ${from}`, "not a secret of Secrets Manager")),
    ...(missing.length > 0 || found === 0
      ? []
      : [ok("secrets-there", `${counted(found, "secret")} exist${found === 1 ? "s" : ""}`)]),
    ...(all.length === 0 ? [ok("secrets-there", "the revision uses no secrets")] : []),
  ];
}

function references({ containers }: TaskDefinition) {
  return containers.flatMap((container) =>
    container.secrets.map((secret) => ({ ...secret, container: container.name })),
  );
}

/** ECS takes parameters of SSM by name or ARN, secrets of Secrets Manager by ARN alone. */
function isInSecretsManager(from: string): boolean {
  return /^arn:aws[a-z-]*:secretsmanager:/.test(from);
}
