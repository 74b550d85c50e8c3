import type { Input } from "../http/input.ts";
import { flag, text } from "../http/input.ts";
import { addVersion, CURRENT } from "../secrets/secret.ts";
import type { World } from "../world.ts";
import { badCombination, badValue, requiredText } from "./input.ts";

/** The first user of an instance, and the database that is made for it. */
export interface MasterUser {
  readonly name: string;
  readonly password: string;
  readonly database: string | undefined;
  /** The secret that RDS keeps the password in, if the request asks for one. */
  readonly secretArn: string | undefined;
}

const RESERVED: readonly string[] = ["admin", "postgres", "public", "rdsadmin", "rds_superuser"];

/** [D: rules; texts O] */
export function masterUserOf(world: World, input: Input, resourceId: string): MasterUser {
  const name = requiredText(input, "MasterUsername");
  if (!/^[a-z]\w{0,62}$/i.test(name)) throw badValue(`Invalid master user name: ${name}`);
  // `postgres` is the usual name on RDS; PostgreSQL itself reserves only what begins with pg_.
  if (name.startsWith("pg_") || (name !== "postgres" && RESERVED.includes(name.toLowerCase()))) {
    throw badValue(`MasterUsername ${name} cannot be used as it is a reserved word used by the engine`);
  }
  const database = text(input, "DBName");
  if (database !== undefined && !/^[a-z_]\w{0,62}$/i.test(database))
    throw badValue(`Invalid database name: ${database}`);
  return { name, database, ...passwordOf(world, input, name, resourceId) };
}

function passwordOf(
  world: World,
  input: Input,
  username: string,
  resourceId: string,
): Pick<MasterUser, "password" | "secretArn"> {
  const password = text(input, "MasterUserPassword");
  if (flag(input, "ManageMasterUserPassword") === true) {
    if (password !== undefined) {
      throw badCombination("You can't specify MasterUserPassword for an instance with ManageMasterUserPassword.");
    }
    return managedPassword(world, username, resourceId);
  }
  if (password === undefined) {
    throw badCombination("The parameter MasterUserPassword must be provided and must not be blank.");
  }
  if (!/^[ -~]{8,128}$/.test(password) || /[/@"]/.test(password)) {
    throw badValue(
      "The parameter MasterUserPassword is not a valid password. It must be 8 to 128 printable ASCII characters " +
        "besides '/', '@' and '\"'.",
    );
  }
  return { password, secretArn: undefined };
}

/** RDS makes the password, and a secret `rds!db-…` that holds it. [D] */
function managedPassword(world: World, username: string, resourceId: string): { password: string; secretArn: string } {
  const password = world.random.urlSafe(28);
  const name = `rds!db-${resourceId.slice(3, 15).toLowerCase()}`;
  const arn = `arn:aws:secretsmanager:${world.region}:${world.account}:secret:${name}-${world.random.hex(6)}`;
  const createdAt = world.clock.now();
  const secret = { arn, name, createdAt, versions: [], tags: [], description: undefined, deletedAt: undefined };
  const value = JSON.stringify({ username, password });
  addVersion(secret, { id: world.random.uuid(), value, createdAt, stages: [CURRENT] });
  world.secrets.set(name, secret);
  return { password, secretArn: arn };
}
