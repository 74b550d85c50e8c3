import type { Delivery } from "../domain/announcement.ts";
import { type Posted, postJson, type WayOut } from "./post-json.ts";
import { deliveryOf } from "./webhook.ts";

/** Slack's own API; the variable is for GovSlack and for a proxy of one's own. */
const API_URL = "https://slack.com/api";

export interface SlackPost {
  /** Base address, without a slash at its end. */
  readonly api: string | undefined;
  readonly token: string;
  readonly channel: string;
  /** In Slack's markup. */
  readonly text: string;
  /** `ts` of the message that it answers. */
  readonly thread?: string | undefined;
}

/** A delivery, and the message's own id, to which later ones of the same execution answer. */
export interface SlackDelivery {
  readonly delivery: Delivery;
  readonly thread?: string;
}

/** `chat.postMessage`. [D] Slack answers 200 also where it refuses, with `ok: false` and an error's name. Never throws. */
export async function postToSlack(
  { api, token, channel, text, thread }: SlackPost,
  way?: WayOut,
): Promise<SlackDelivery> {
  // The outcome of a thread is shown in its channel as well.
  const answering = thread === undefined ? {} : { thread_ts: thread, reply_broadcast: true };
  const body = JSON.stringify({ channel, text, unfurl_links: false, unfurl_media: false, ...answering });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" };
  return answerOf(await postJson(`${(api || API_URL).replace(/\/+$/, "")}/chat.postMessage`, body, headers, way));
}

function answerOf(posted: Posted): SlackDelivery {
  const delivery = deliveryOf(posted);
  if (delivery.told !== true || !("text" in posted)) return { delivery };
  const { ok, error, ts } = parsed(posted.text);
  if (ok === true) return { delivery, ...(typeof ts === "string" && { thread: ts }) };
  const name = typeof error === "string" && /^[a-z_]{1,60}$/.test(error) ? ` (${error})` : "";
  return { delivery: { told: ok === false ? false : null, why: `it refused the message${name}` } };
}

function parsed(text: string): { readonly ok?: unknown; readonly error?: unknown; readonly ts?: unknown } {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch {
    return {};
  }
}
