import type { Delivery } from "../domain/announcement.ts";
import type { PageEvent } from "../domain/notices/page.ts";
import { postJson, type WayOut } from "./post-json.ts";
import { deliveryOf } from "./webhook.ts";

/** Events API v2 of the US region; the variable is for the EU one, `https://events.eu.pagerduty.com`. [D] */
const API_URL = "https://events.pagerduty.com";

const PATHS: Readonly<Record<PageEvent["kind"], string>> = { alert: "/v2/enqueue", change: "/v2/change/enqueue" };

/** Sends one event. The key is in the body alone. Never throws. */
export async function postToPagerDuty(
  { kind, body }: PageEvent,
  { api, key }: { readonly api: string | undefined; readonly key: string },
  way?: WayOut,
): Promise<Delivery> {
  const base = (api || API_URL).replace(/\/+$/, "");
  return deliveryOf(await postJson(`${base}${PATHS[kind]}`, JSON.stringify({ routing_key: key, ...body }), {}, way));
}
