import type { Delivery } from "../domain/announcement.ts";
import { awsLine } from "../domain/aws/cli-command.ts";
import { commandLine } from "../domain/command-line.ts";
import { OpsError } from "../domain/error.ts";
import type { NoticeSettings } from "../domain/notices/settings.ts";
import type { Operation, Receipt } from "../domain/operation.ts";
import type { Gateway } from "../domain/ports.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Channel, EndNotice } from "../domain/services.ts";
import type { Target } from "../domain/target.ts";
import { postToWebhook, webhookBody } from "../notify/webhook.ts";
import type { WayOut } from "./way-out.ts";

/** The variable that holds the webhook's address. Everyone who knows the address may post, so no file holds it. */
export const WEBHOOK_VARIABLE = "VULCAN_OPS_WEBHOOK";

/** The beginning of every message: readers must not take a rehearsal for the real thing. */
export const prefixOf = (elsewhere: string | undefined): string => (elsewhere === undefined ? "" : "REHEARSAL: ");

/** Where Scheduler tells that no end was reported, if the configuration names a topic and a role for it. */
export function endNoticeOf(
  { topic, schedulerRole: role }: NoticeSettings,
  elsewhere: string | undefined,
): { readonly endNotice?: EndNotice } {
  return topic === undefined || role === undefined ? {} : { endNotice: { topic, role, prefix: prefixOf(elsewhere) } };
}

/** `elsewhere`: where requests go, if not to AWS itself. */
export function channelOf(
  env: NodeJS.ProcessEnv,
  { announceTopic: topic }: Target,
  elsewhere: string | undefined,
): { readonly channel?: Channel } {
  const prefix = prefixOf(elsewhere);
  if (env[WEBHOOK_VARIABLE]) return { channel: { by: "webhook", prefix } };
  return topic === undefined ? {} : { channel: { by: "SNS", topic, prefix } };
}

/** The gateway to AWS, and the one to people. It reads the address at the last moment and never shows it. */
export function withNotifications(gateway: Gateway, env: NodeJS.ProcessEnv, way: WayOut): Gateway {
  return {
    async send(operation, key) {
      if (operation.service === "sns") return gateway.send(operation, key).catch(notDelivered);
      if (operation.service !== "notify") return gateway.send(operation, key);
      return toReceipt(await postToWebhook(env[WEBHOOK_VARIABLE] ?? "", String(operation.input.text), way));
    },
  };
}

/** A lost message must not stop the execution. Only a refusal says that there is none. */
function notDelivered(error: Error): Receipt {
  const isRefused = error instanceof OpsError && error.detail.effect === "none";
  return toReceipt({ told: isRefused ? false : null, why: error.message });
}

const toReceipt = (delivery: Delivery): Receipt => ({
  answer: delivery.told === true ? { told: true } : { told: delivery.told, why: sanitise(delivery.why) },
});

/** The same request as a shell command. */
export function shellLine(operation: Operation, region: string | undefined): string {
  if (operation.service !== "notify") return awsLine(operation, region);
  const body = webhookBody(String(operation.input.text));
  return commandLine`curl -H 'content-type: application/json' --data ${body} "$${WEBHOOK_VARIABLE}"`;
}
