import { readFiles } from "../config/files.ts";
import { targetNames } from "../config/load.ts";
import { DEFAULT_TARGET } from "../config/schema.ts";

export { pinnedTargets } from "../config/load.ts";

/** The targets that the files name, and the one without --target. Exit 6 where a file is invalid. */
export async function knownTargets(
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<{ readonly names: readonly string[]; readonly current: string }> {
  const [names, files] = await Promise.all([targetNames(env, cwd), readFiles(env, cwd)]);
  const byFile = files.find(({ defaultTarget }) => defaultTarget)?.defaultTarget;
  return { names, current: (env.VULCAN_OPS_TARGET || byFile) ?? DEFAULT_TARGET };
}

/** The profiles of the AWS configuration. */
export async function profileNames(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const { readAwsFiles } = await import("../aws/client/aws-files.ts");
  return (await readAwsFiles(env)).profiles;
}
