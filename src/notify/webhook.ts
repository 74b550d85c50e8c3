import type { Agent } from "node:http";
import type { Delivery } from "../domain/announcement.ts";

/** The maximum wait for the webhook to accept a message. */
const PATIENCE_MS = 3000;

/** Only https, or this machine. */
const ALLOWED_URL = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/;

/**
 * Posts a text to a webhook in Slack's format. The reason contains no part of the address, because everyone who knows
 * the address may post. Never throws: a lost message must not stop the caller.
 */
export async function postToWebhook(url: string, text: string, wayOut?: WayOut): Promise<Delivery> {
  if (!ALLOWED_URL.test(url) || !URL.canParse(url)) return { told: false, why: "its address is no https URL" };
  try {
    return deliveryOf(await post(url, webhookBody(text), await wayOut?.(url)));
  } catch (error) {
    return { told: isNotSent(error) ? false : null, why: reasonOf(error) };
  }
}

/** A server that fails may have posted the text before. */
function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return { told: true };
  if (status >= 300 && status < 400) return { told: false, why: "it cannot be reached (it redirects)" };
  return { told: status < 500 ? false : null, why: `it answered ${status}` };
}

/** No connection came about: the name, the way to it, a proxy or its certificate. Anything else may follow the text. */
const NO_CONNECTION = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EPROXY|.*(CERT|SIGNATURE|ISSUER).*)$/;

const isNotSent = (error: unknown): boolean => NO_CONNECTION.test(String((error as { code?: unknown } | null)?.code));

/** The agent for a request to this address, where it is not Node's own. */
type WayOut = (url: string) => Promise<Agent | undefined>;

/** Follows no redirect: it would send the text to an address that is not configured. Returns the HTTP status. */
async function post(url: string, body: string, agent: Agent | undefined): Promise<number> {
  const { request } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST", headers, signal, agent: agent ?? false }, (answer) => {
      answer.on("error", () => undefined).destroy();
      resolve(answer.statusCode ?? 0);
    });
    sending.once("error", (error) => reject(signal.aborted ? signal.reason : error)).end(body);
  });
}

/** Slack reads these three characters as markup. */
export function webhookBody(text: string): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return JSON.stringify({ text: safe });
}

/** The error's own message may contain the address, so we use only its name and its code. */
function reasonOf(error: unknown): string {
  const { name = "", code } = (error ?? {}) as { name?: string; code?: unknown };
  if (name === "TimeoutError") return `it did not answer within ${PATIENCE_MS / 1000} s`;
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? `it cannot be reached (${code})` : "it cannot be reached";
}
