import type { Environment } from "../domain/ports.ts";
import type { ConfigurationInForce, SettingInForce, VariableInForce } from "../domain/setting-in-force.ts";
import { stateDir } from "../journal/state-dir.ts";
import { readConfiguration } from "../target/configuration.ts";
import type { Access } from "./open-target.ts";

export { configurationSchema } from "../target/configuration.ts";

/** The configuration that a command with these options would use. `variables`: those of the environment to tell. */
export async function configurationInForce(
  options: Access,
  environment: Pick<Environment, "env" | "cwd">,
  variables: readonly VariableInForce[],
): Promise<ConfigurationInForce> {
  return { ...(await readConfiguration(options, environment)), variables, stateDir: stateDirOf(options, environment) };
}

function stateDirOf({ stateDir: given }: Access, { env }: Pick<Environment, "env">): SettingInForce {
  const value = stateDir(given, env);
  const setting = { name: "state-dir", value } as const;
  if (given !== undefined) return { ...setting, origin: { kind: "flag", name: "--state-dir" } };
  const isByVariable = env.XDG_STATE_HOME?.startsWith("/") === true;
  return { ...setting, origin: isByVariable ? { kind: "environment", name: "XDG_STATE_HOME" } : { kind: "default" } };
}
