/** The maximum wait for the webhook to accept a message. */
const PATIENCE_MS = 3000;

/** Only https, or this machine. */
const ALLOWED_URL = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/;

/**
 * Posts a text to a webhook in Slack's format. Returns why the webhook did not accept it, or undefined if it did. The
 * reason contains no part of the address, because everyone who knows the address may post. Never throws: a lost message
 * must not stop the caller.
 */
export async function postToWebhook(url: string, text: string): Promise<string | undefined> {
  if (!ALLOWED_URL.test(url) || !URL.canParse(url)) return "its address is no https URL";
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
    return reasonOf(error);
  }
}

/** Slack reads these three characters as markup. */
export function webhookBody(text: string): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return JSON.stringify({ text: safe });
}

/** The error's own message may contain the address, so we use only its name and its code. */
function reasonOf(error: unknown): string {
  const { name = "", cause } = (error ?? {}) as { name?: string; cause?: { code?: unknown } };
  if (name === "TimeoutError") return `it did not answer within ${PATIENCE_MS / 1000} s`;
  return typeof cause?.code === "string" && /^[A-Z_]+$/.test(cause.code)
    ? `it cannot be reached (${cause.code})`
    : "it cannot be reached";
}
