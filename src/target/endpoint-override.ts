/** Where a command's requests go, if not to AWS itself. */
export function endpointOf(env: NodeJS.ProcessEnv): string | undefined {
  const name = ["AWS_ENDPOINT_URL_ECS", "AWS_ENDPOINT_URL", ...Object.keys(env).sort()].find(
    (candidate) => candidate.startsWith("AWS_ENDPOINT_URL") && (env[candidate] ?? "") !== "",
  );
  return name === undefined ? undefined : env[name];
}
