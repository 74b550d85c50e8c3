/** Nobody waits longer for a message to be taken. */
const PATIENCE_MS = 3000;

/** Encrypted, or not leaving this machine. */
const FITTING = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/;

/**
 * Posts a text to a webhook as Slack takes it. Answers why it was not taken, in words that hold nothing of the address,
 * for whoever knows that may post; undefined where it was. Never throws: a message that is lost must not end anything.
 */
export async function postToWebhook(url: string, text: string): Promise<string | undefined> {
  if (!FITTING.test(url) || !URL.canParse(url)) return "its address is no https URL";
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: webhookBody(text),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    return whyNot(error);
  }
}

/** Slack reads these three characters as marks of its own. */
export function webhookBody(text: string): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return JSON.stringify({ text: safe });
}

/** The error's own words may hold the address: only its name and its code are told. */
function whyNot(error: unknown): string {
  const { name = "", cause } = (error ?? {}) as { name?: string; cause?: { code?: unknown } };
  if (name === "TimeoutError") return `it did not answer within ${PATIENCE_MS / 1000} s`;
  return typeof cause?.code === "string" && /^[A-Z_]+$/.test(cause.code)
    ? `it cannot be reached (${cause.code})`
    : "it cannot be reached";
}
