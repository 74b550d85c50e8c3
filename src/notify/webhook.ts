import type { Delivery } from "../domain/announcement.ts";
import { type Posted, postJson, type WayOut } from "./post-json.ts";

/**
 * Posts a text to a webhook in Slack's format. The reason contains no part of the address, because everyone who knows
 * the address may post. Never throws: a lost message must not stop the caller.
 */
export async function postToWebhook(url: string, text: string, wayOut?: WayOut): Promise<Delivery> {
  return deliveryOf(await postJson(url, webhookBody(text), {}, wayOut));
}

/** The same for a text that is in Slack's markup already. */
export async function postMarkup(url: string, text: string, wayOut?: WayOut): Promise<Delivery> {
  return deliveryOf(await postJson(url, JSON.stringify({ text }), {}, wayOut));
}

/** A server that fails may have taken the text before. */
export function deliveryOf(posted: Posted): Delivery {
  if ("isSent" in posted) return { told: posted.isSent, why: posted.why };
  const { status } = posted;
  if (status >= 200 && status < 300) return { told: true };
  if (status >= 300 && status < 400) return { told: false, why: "it cannot be reached (it redirects)" };
  return { told: status < 500 ? false : null, why: `it answered ${status}` };
}

/** Slack reads these three characters as markup. */
export function webhookBody(text: string): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return JSON.stringify({ text: safe });
}
