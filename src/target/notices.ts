import type { Delivery } from "../domain/announcement.ts";
import { OpsError } from "../domain/error.ts";
import type { LostNotice, Notice, Notices } from "../domain/notices/notice.ts";
import { pageEvents } from "../domain/notices/page.ts";
import { type NoticeSettings, type SecretPlace, withEnvironment } from "../domain/notices/settings.ts";
import { type Escape, escapeForMail, escapeForSlack, noticeText } from "../domain/notices/template.ts";
import type { Gateway } from "../domain/ports.ts";
import { withTimeLimit } from "../domain/time-limit.ts";
import { createNotices, type NoticeChannel } from "../notify/notices.ts";
import { postToPagerDuty } from "../notify/pager-duty.ts";
import { PATIENCE_MS } from "../notify/post-json.ts";
import { postToSlack } from "../notify/slack.ts";
import { postMarkup } from "../notify/webhook.ts";
import type { WayOut } from "./way-out.ts";

/** What notices are sent with. */
export interface NoticeMeans {
  readonly settings: NoticeSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly way: WayOut;
  /** Sends what goes to a topic. */
  readonly gateway: Gateway;
  /** Requests do not go to AWS itself: each message begins with this, and secrets are not read. */
  readonly prefix: string;
  /** The text of a secret. Rejects with an OpsError that does not hold it. */
  readonly secret: (arn: string) => Promise<string>;
}

/** By every channel that is set up; undefined: by none. */
export function openNotices(means: NoticeMeans, say: (lost: LostNotice) => void): Notices | undefined {
  const channels = channelsOf(means);
  return channels.length === 0 ? undefined : createNotices(channels, say);
}

/** Each channel that the configuration or the environment sets up. */
export function channelsOf(means: NoticeMeans): readonly NoticeChannel[] {
  const settings = withEnvironment(means.settings, means.env);
  const own: NoticeMeans = { ...means, settings };
  const { slackWebhook, slackToken, slackChannel, pagerDutyKey, topic } = settings;
  return [
    ...(slackWebhook === undefined ? [] : [webhookChannel(own, slackWebhook)]),
    ...(slackToken === undefined || slackChannel === undefined ? [] : [slackChannelOf(own, slackToken, slackChannel)]),
    ...(pagerDutyKey === undefined ? [] : [pagerDutyChannel(own, pagerDutyKey)]),
    ...(topic === undefined ? [] : [topicChannel(own, topic)]),
  ];
}

const textFor = ({ settings, prefix }: NoticeMeans, notice: Notice, asText: Escape): string =>
  `${prefix}${noticeText(notice, settings.templates ?? {}, asText)}`;

type Looked = { readonly value: string } | { readonly why: string };

/** Reads a secret once, and never rejects: a channel whose key is not there loses its notices. */
function keyFrom({ env, secret, prefix }: NoticeMeans, place: SecretPlace): () => Promise<Looked> {
  let read: Promise<Looked> | undefined;
  return () => {
    read ??= lookUp();
    return read;
  };
  async function lookUp(): Promise<Looked> {
    if (place.kind === "environment") {
      const value = env[place.variable];
      return value ? { value } : { why: `${place.variable} is not set` };
    }
    if (prefix !== "") return { why: "its key is in a secret of AWS, and a rehearsal reads none" };
    try {
      return { value: await withTimeLimit(PATIENCE_MS, secret(place.arn)) };
    } catch (error) {
      return { why: `its secret cannot be read: ${error instanceof OpsError ? error.message : "no answer in time"}` };
    }
  }
}

const unsent = ({ why }: { readonly why: string }): Delivery => ({ told: false, why });

function webhookChannel(means: NoticeMeans, place: SecretPlace): NoticeChannel {
  const address = keyFrom(means, place);
  return {
    by: "the webhook",
    async send(notice) {
      const found = await address();
      return "why" in found
        ? unsent(found)
        : postMarkup(found.value, textFor(means, notice, escapeForSlack), means.way);
    },
  };
}

function slackChannelOf(means: NoticeMeans, place: SecretPlace, channel: string): NoticeChannel {
  const key = keyFrom(means, place);
  let thread: string | undefined;
  return {
    by: "Slack",
    async send(notice) {
      const found = await key();
      if ("why" in found) return unsent(found);
      const text = textFor(means, notice, escapeForSlack);
      const api = means.env.VULCAN_OPS_SLACK_URL;
      const { delivery, thread: ts } = await postToSlack({ api, token: found.value, channel, text, thread }, means.way);
      thread ??= ts;
      return delivery;
    },
  };
}

function pagerDutyChannel(means: NoticeMeans, place: SecretPlace): NoticeChannel {
  const key = keyFrom(means, place);
  let hasTriggered = false;
  return {
    by: "PagerDuty",
    async send(notice) {
      const found = await key();
      if ("why" in found) return unsent(found);
      const summary = textFor(means, notice, escapeForMail);
      const events = pageEvents(notice, summary, means.prefix !== "", hasTriggered);
      hasTriggered ||= notice.urgency === "asks" || notice.urgency === "fails";
      const account = { api: means.env.VULCAN_OPS_PAGERDUTY_URL, key: found.value };
      const sent = await Promise.all(events.map((event) => postToPagerDuty(event, account, means.way)));
      return sent.find(({ told }) => told !== true) ?? { told: true };
    },
  };
}

/** SNS takes 100 characters of a subject, in ASCII and without line feeds. [D: Publish] */
const subjectOf = ({ fields }: Notice, prefix: string): string =>
  `${prefix}vulcan-ops ${fields.execution}: ${fields.title}`.replace(/[^ -~]/g, "?").slice(0, 100);

function topicChannel(means: NoticeMeans, topic: string): NoticeChannel {
  return {
    by: "SNS",
    async send(notice) {
      const input = {
        TopicArn: topic,
        Subject: subjectOf(notice, means.prefix),
        Message: textFor(means, notice, escapeForMail),
      };
      const sending = means.gateway.send({ service: "sns", name: "Publish", input }, notice.key);
      const receipt = await withTimeLimit(PATIENCE_MS, sending).catch(() => undefined);
      if (receipt === undefined) return { told: null, why: `it did not answer within ${PATIENCE_MS / 1000} s` };
      const { told = null, why = "no answer came" } = receipt.answer;
      return told === true ? { told } : { told: told === false ? false : null, why: String(why) };
    },
  };
}
