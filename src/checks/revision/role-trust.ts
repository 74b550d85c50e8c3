import { shortName, type TaskDefinition } from "../../domain/aws/ecs.ts";
import type { RoleSetup } from "../../domain/aws/setup.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, notChecked, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../rollback-subject.ts";
import type { Subject } from "../subject.ts";
import { ROLE_KINDS } from "./iam-roles.ts";

/** What IAM says of each role: undefined where it is gone, an Error where that is not known; by the name as written. */
export type RoleEvidence = ReadonlyMap<string, RoleSetup | undefined | Error>;

export const roleTrust: RollbackCheck = {
  id: "roleTrust",
  question: "whether the roles of that revision exist",
  validAfterSend: true,
  run: ({ wanted, service, reads }) => roleFindings(wanted, service.arn, reads),
};

/** `serviceArn` says whose roles ECS takes: those of the service's own account. */
export async function roleFindings(
  wanted: TaskDefinition,
  serviceArn: string,
  { around }: Pick<Subject["reads"], "around">,
): Promise<readonly Finding[]> {
  const own = accountOf(serviceArn);
  const look = (role: string) => {
    const account = accountOf(role);
    if (account !== undefined && account !== own) return new Error(`it is in account ${account}`);
    return around.role(shortName(role)).catch((failure: Error) => failure);
  };
  const names = [...new Set(rolesOf(wanted).map(({ role }) => role))];
  return judgeRoleTrust(
    wanted,
    new Map(await Promise.all(names.map(async (role) => [role, await look(role)] as const))),
  );
}

const rolesOf = (wanted: TaskDefinition) =>
  ROLE_KINDS.flatMap(([kind, key]) => {
    const role = wanted[key];
    return role === undefined || role === "" ? [] : [{ kind, role }];
  });

/** ECS assumes both roles as it starts a task: without one no task starts, and each rollout stalls. */
export function judgeRoleTrust(wanted: TaskDefinition, evidence: RoleEvidence): readonly Finding[] {
  const all = rolesOf(wanted);
  const unread = unreadAlike(all.map(({ role }) => evidence.get(role)));
  if (unread !== undefined && all.length > 1)
    return [notChecked(`whether the ${all.map(nameOf).join(" and the ")} exist`, unread.message)];
  const bad = all.flatMap((one) => faultOf(wanted.name, nameOf(one), one.role, evidence));
  if (bad.length > 0 || all.length === 0) return bad;
  return [ok("roles-there", `tasks of ${wanted.name} may use its ${all.map(nameOf).join(", ")}`)];
}

const nameOf = ({ kind, role }: { readonly kind: string; readonly role: string }): string =>
  `${kind} ${shortName(role)}`;

/** The one reason why none of them could be read: it is told once. */
function unreadAlike(all: readonly (RoleSetup | Error | undefined)[]): Error | undefined {
  const [first] = all;
  return first instanceof Error && all.every((one) => one instanceof Error && one.message === first.message)
    ? first
    : undefined;
}

function faultOf(revision: string, name: string, role: string, evidence: RoleEvidence): readonly Finding[] {
  const found = evidence.get(role);
  if (found instanceof Error) return [notChecked(`whether the ${name} exists`, found.message)];
  const look = [commandLine`aws iam get-role --role-name ${shortName(role)}`];
  if (found === undefined) return [block("role-gone", `no task of ${revision} can start: its ${name} is gone`, look)];
  if (found.trusts === undefined)
    return [notChecked(`whether tasks may use the ${name}`, "its trust policy is more than a list of principals")];
  if (found.trusts.some((service) => TASKS.test(service))) return [];
  const text = `no task of ${revision} can start: the ${name} does not trust ecs-tasks.amazonaws.com`;
  return [block("role-untrusted", text, look)];
}

/** As whom ECS assumes the roles of a task. [D: task IAM role; in China with its own suffix as well] */
const TASKS = /^(\*|ecs-tasks\.amazonaws\.com(\.cn)?)$/;

/** `arn:aws:iam::111122223333:role/name` → `111122223333`; undefined for a name alone. */
const accountOf = (arn: string): string | undefined => arn.split(":")[4];
