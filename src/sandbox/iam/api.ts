import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { number, text } from "../http/input.ts";
import { changing, reading, type ServiceApi } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import type { Role } from "./role.ts";
import { roleArn, roleId } from "./roles.ts";

const invalid = (message: string): AwsError => new AwsError("ValidationError", message);

function required(input: Input, name: string): string {
  const value = text(input, name);
  if (value !== undefined && value !== "") return value;
  throw invalid(
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

function roleName(input: Input): string {
  const name = required(input, "RoleName");
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw invalid(
    "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
  );
}

function findRole(world: World, input: Input): Role {
  const name = roleName(input);
  const role = world.roles.get(name);
  if (role !== undefined) return role;
  throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
}

/** A policy with a statement at least. [D: what makes a document malformed is more than that] */
function trustIn(input: Input, name: string): string {
  const document = required(input, name);
  try {
    const { Statement } = JSON.parse(document) as { readonly Statement?: unknown };
    if (typeof Statement === "object" && Statement !== null) return document;
  } catch {} // refused below, like every document that is no policy
  throw new AwsError("MalformedPolicyDocument", "This policy contains invalid Json");
}

/** Its trust policy is percent-encoded. [D] */
const roleView = (world: World, role: Role): Output => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: roleId(role),
  Arn: roleArn(world, role),
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeURIComponent(role.trust),
  Description: role.description,
  MaxSessionDuration: 3600,
});

function create(world: World, input: Input): Output {
  const name = roleName(input);
  const trust = trustIn(input, "AssumeRolePolicyDocument");
  if (world.roles.has(name)) throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
  const role: Role = {
    name,
    path: text(input, "Path") ?? "/",
    createdAt: world.clock.now(),
    description: text(input, "Description"),
    tags: tagsOf(input),
    trust,
  };
  world.roles.set(name, role);
  return { Role: { ...roleView(world, role), Tags: role.tags } };
}

const MOST = 100;

function list(world: World, input: Input): Output {
  const prefix = text(input, "PathPrefix") ?? "/";
  const roles = [...world.roles.values()].filter(({ path }) => path.startsWith(prefix));
  const sorted = roles.sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = page(sorted, number(input, "MaxItems") ?? MOST, text(input, "Marker"), "roles");
  return {
    Roles: items.map((role) => roleView(world, role)),
    IsTruncated: nextToken !== undefined,
    Marker: nextToken,
  };
}

/** The roles of the account. Which policies they have is not simulated: nothing in this world is refused by them. */
export const iamApi: ServiceApi = {
  scope: "iam",
  name: "iam",
  queryVersion: "2010-05-08",
  xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  operations: {
    GetRole: reading((world, input) => {
      const role = findRole(world, input);
      return { Role: { ...roleView(world, role), Tags: role.tags } };
    }),
    ListRoles: reading(list),
    CreateRole: changing(create),
    UpdateAssumeRolePolicy: changing((world, input) => {
      findRole(world, input).trust = trustIn(input, "PolicyDocument");
      return {};
    }),
    DeleteRole: changing((world, input) => {
      world.roles.delete(findRole(world, input).name);
      return {};
    }),
  },
};
