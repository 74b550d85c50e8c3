import { parseSecretSource, SECRET_SETTINGS, type SecretSettings, type SecretSource } from "../secret-source.ts";
import type { NEEDS } from "./iam-needs.ts";
import type { Explained, Statement } from "./iam-policy.ts";

/** The commands that read neither the database nor the admin API, though they read the target. */
const WITHOUT: ReadonlySet<string> = new Set<keyof typeof NEEDS>([
  "init",
  "logs",
  "notify",
  "report",
  "status",
  "unlock",
  "watch",
]);

/** What a target's own settings add to the policy of a command: its own secrets alone, by their ARNs. */
export interface SecretGrants {
  readonly statements: readonly Statement[];
  readonly explained: readonly Explained[];
}

/** `command`: by its name in `NEEDS`; undefined for all of them. `readsTarget`: it asks AWS for something. */
export function secretGrants(secrets: SecretSettings, command: string | undefined, readsTarget: boolean): SecretGrants {
  if (!readsTarget || (command !== undefined && WITHOUT.has(command))) return { statements: [], explained: [] };
  const sources = SECRET_SETTINGS.flatMap((name) => parseSecretSource(secrets[name] ?? "") ?? []);
  const kinds = [
    { service: "secretsmanager", sid: "TargetSecrets", action: "secretsmanager:GetSecretValue" },
    { service: "ssm", sid: "TargetParameters", action: "ssm:GetParameter" },
  ] as const;
  const granted = kinds.flatMap(({ service, sid, action }) => {
    const arns = [...new Set(sources.filter((one) => one.service === service).map(resourceOf))];
    const [first = "", ...rest] = arns;
    return arns.length === 0
      ? []
      : [{ Sid: sid, Effect: "Allow", Action: [action], Resource: rest.length === 0 ? first : arns } as const];
  });
  return { statements: granted, explained: granted.map(({ Sid }) => ({ sid: Sid, purpose: PURPOSE })) };
}

const PURPOSE =
  "The secrets of databaseUrlFrom and adminTokenFrom; one under a customer managed key also needs kms:Decrypt on that key";

/** The ARN of a secret ends with six characters that AWS adds. Without them it means each secret of that name. [D] */
const resourceOf = ({ service, arn }: SecretSource): string =>
  service === "ssm" || /-[A-Za-z0-9]{6}$/.test(arn) ? arn : `${arn}-??????`;
