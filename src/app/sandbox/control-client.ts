import { usageError } from "../../domain/error.ts";
import type { Note } from "./pid-file.ts";

/** How long a sandbox may take to answer (real ms); what it says to a question is short. */
const PATIENCE = 5000;

/** Asks the running sandbox at its control port; it opens to whoever knows its access key. */
export async function ask(note: Note, what: string, body?: object, patience = PATIENCE): Promise<unknown> {
  const [method = "GET", name = ""] = what.split(" ");
  const response = await fetch(`${note.endpoint}/_sandbox/${name}`, {
    method,
    headers: { "x-sandbox-key": note.env.AWS_ACCESS_KEY_ID ?? "" },
    signal: AbortSignal.timeout(patience),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { readonly error?: string };
  if (!response.ok) throw usageError("sandbox-refused", `the sandbox says: ${answer.error ?? response.status}`);
  return answer;
}
