import { createHash } from "node:crypto";
import type { World } from "../world.ts";
import type { Role } from "./role.ts";

type Account = Pick<World, "account">;

export const roleArn = ({ account }: Account, { path, name }: Pick<Role, "path" | "name">): string =>
  `arn:aws:iam::${account}:role${path}${name}`;

/** Follows from the name, so that it needs no chance: the worlds of a seed stay as they are. */
export const roleId = ({ name }: Pick<Role, "name">): string =>
  `AROA${createHash("sha256").update(name).digest("hex").slice(0, 17).toUpperCase()}`;

/** The policy that lets a service assume a role. */
const trustOf = (Service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  });

const TASKS = "ecs-tasks.amazonaws.com";

/** Those that the scenarios' task definitions and databases name. */
const SEEDED: Readonly<Record<string, string>> = {
  "vulcan-prod-task": TASKS,
  "vulcan-prod-execution": TASKS,
  "rds-monitoring-role": "monitoring.rds.amazonaws.com",
  "vulcan-prod-s3-import": "rds.amazonaws.com",
};

/** Roles of every world, by name. */
export const makeRoles = (createdAt: number): Map<string, Role> =>
  new Map(
    Object.entries(SEEDED).map(([name, service]) => [
      name,
      { name, path: "/", createdAt, description: undefined, tags: [], trust: trustOf(service) },
    ]),
  );

/** Whether ECS may assume the role, which a task definition names by its ARN or its name. Conditions are not judged. */
export function isUsableByTasks({ roles }: World, role: string): boolean {
  const found = roles.get(role.split("/").at(-1) ?? "");
  if (found === undefined) return false;
  const { Statement } = JSON.parse(found.trust) as { readonly Statement: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as readonly Record<string, unknown>[];
  return statements.some(({ Effect, Principal }) => {
    const { Service } = (Principal ?? {}) as { readonly Service?: string | readonly string[] };
    return Effect === "Allow" && (Principal === "*" || [Service].flat().includes(TASKS));
  });
}
