import type { RoleSetup } from "../../domain/aws/setup.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

/** Undefined where the account has no such role. Roles are asked for by their names alone. */
export async function readRole(clients: Clients, name: string): Promise<RoleSetup | undefined> {
  const [iam, { GetRoleCommand }] = await Promise.all([clients.iam(), import("../sdk/iam.ts")]);
  const answer = await iam.send(new GetRoleCommand({ RoleName: name })).catch(absent);
  if (answer === undefined) return undefined;
  const trust = needed(needed(answer.Role, "Role").AssumeRolePolicyDocument, "AssumeRolePolicyDocument");
  return { name, trusts: servicesIn(trust) };
}

function absent(failure: unknown): undefined {
  if ((failure as { name?: string }).name === "NoSuchEntityException") return undefined;
  throw failure;
}

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Principal?: unknown;
}

/**
 * The services that may assume the role; `*` for all. The document is JSON in percent-encoding. [D: GetRole] Conditions
 * are not judged: AWS recommends some that hold for ECS. Undefined where it is no policy, or denies something.
 */
export function servicesIn(document: string): readonly string[] | undefined {
  const statements = statementsIn(document);
  if (statements === undefined || statements.some(({ Effect }) => Effect !== "Allow")) return undefined;
  return statements.filter(letsAssume).flatMap(({ Principal }) => servicesOf(Principal));
}

function statementsIn(document: string): readonly Statement[] | undefined {
  try {
    const { Statement: found } = JSON.parse(decodeURIComponent(document)) as { readonly Statement?: unknown };
    return listOf(found).every((one) => one !== null && typeof one === "object")
      ? (listOf(found) as readonly Statement[])
      : undefined;
  } catch {
    return undefined;
  }
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const letsAssume = ({ Action }: Statement): boolean =>
  listOf(Action).some((action) => /^(\*|sts:(\*|assumerole|assume\*))$/i.test(String(action)));

const servicesOf = (principal: unknown): readonly string[] =>
  principal === "*" ? ["*"] : listOf((principal as { Service?: unknown } | null)?.Service).map(String);
