import { iamPattern } from "../../domain/aws/iam-pattern.ts";
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
  readonly NotAction?: unknown;
  readonly NotPrincipal?: unknown;
}

/**
 * The services that may assume the role; `*` for all. The document is JSON in percent-encoding. [D: GetRole] Conditions
 * are not judged: AWS recommends some that hold for ECS. Undefined where it is no policy, or more than a list of who may:
 * it denies something, or says who or what is excepted.
 */
export function servicesIn(document: string): readonly string[] | undefined {
  const statements = statementsIn(document);
  if (statements === undefined || !statements.every(isPlain)) return undefined;
  return statements.filter(letsAssume).flatMap(({ Principal }) => servicesOf(Principal));
}

function statementsIn(document: string): readonly Statement[] | undefined {
  try {
    const { Statement: found } = JSON.parse(decodeURIComponent(document)) as { readonly Statement?: unknown };
    const all = listOf(found);
    const isPolicy = all.length > 0 && all.every((one) => one !== null && typeof one === "object");
    return isPolicy ? (all as readonly Statement[]) : undefined;
  } catch {
    return undefined;
  }
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const isPlain = ({ Effect, NotAction, NotPrincipal }: Statement): boolean =>
  Effect === "Allow" && NotAction === undefined && NotPrincipal === undefined;

const letsAssume = ({ Action }: Statement): boolean =>
  listOf(Action).some((action) => iamPattern(String(action)).test("sts:AssumeRole"));

/** `"*"` and `{"AWS": "*"}` are the same. [D: IAM JSON policy elements, Principal] */
function servicesOf(principal: unknown): readonly string[] {
  if (principal === "*") return ["*"];
  const { AWS, Service } = (principal ?? {}) as { readonly AWS?: unknown; readonly Service?: unknown };
  return [...listOf(AWS).filter((one) => one === "*"), ...listOf(Service)].map(String);
}
