import { usageError } from "../../domain/error.ts";
import type { RunningSandbox } from "./pid-file.ts";

/** How long a sandbox may take to answer (real ms). Its answers are short. */
const TIMEOUT_MS = 5000;

/** Calls the control port of the running sandbox. The port accepts any client that knows its access key. */
export async function ask(note: RunningSandbox, what: string, body?: object, timeoutMs = TIMEOUT_MS): Promise<unknown> {
  const [method = "GET", name = ""] = what.split(" ");
  const response = await fetch(`${note.endpoint}/_sandbox/${name}`, {
    method,
    headers: { "x-sandbox-key": note.env.AWS_ACCESS_KEY_ID ?? "" },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { readonly error?: string };
  if (!response.ok) throw usageError("sandbox-refused", `the sandbox says: ${answer.error ?? response.status}`);
  return answer;
}
