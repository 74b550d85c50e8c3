import { execFile } from "node:child_process";
import { cliText, isOlder, READS_ENDPOINT, versionIn } from "../../domain/aws/cli-version.ts";

/** `aws --version` starts an interpreter; a rehearsal does not wait longer for it. Real time. */
const LIMIT_MS = 5000;

/**
 * What to know about the `aws` of this shell before its lines are pasted in a rehearsal: one that does not read
 * AWS_ENDPOINT_URL sends them to AWS itself. Undefined where all is well, or where there is no such program.
 */
export async function shellCliNote(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const version = versionIn(await output(env));
  if (version === undefined || !isOlder(version, READS_ENDPOINT)) return undefined;
  return `The aws of this shell (${version}) does not know AWS_ENDPOINT_URL: its lines go to AWS itself, not to the sandbox. It needs ${cliText(READS_ENDPOINT)}.`;
}

function output(env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    const answered = (_error: Error | null, stdout: string, stderr: string) => resolve(stdout || stderr);
    execFile("aws", ["--version"], { env, timeout: LIMIT_MS, killSignal: "SIGKILL" }, answered);
  });
}
