import type { JsonObject } from "../domain/json.ts";
import { NOTICE_FIELDS, NOTICE_MOMENTS } from "../domain/notices/notice.ts";
import type { NoticeSettings, SecretPlace } from "../domain/notices/settings.ts";
import { MOST_TEMPLATE, type NoticeTemplates, unknownFields } from "../domain/notices/template.ts";
import { entries, type Fail, type Member, mapOf, textOf } from "./nodes.ts";

const PLACES = ["slackWebhook", "slackToken", "pagerDutyKey"] as const;

/** What the file itself may contain: names, which give no right to post. */
const NAMES = {
  slackChannel: { pattern: /^[CGD][A-Z0-9]{8,20}$/, description: "id of the channel, as in C0123456789" },
  topic: {
    pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    description: "ARN of an SNS topic",
  },
  schedulerRole: {
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    description: "ARN of the role by which EventBridge Scheduler publishes to the topic",
  },
} as const;

const VARIABLE = /^[A-Z][A-Z0-9_]{0,99}$/;
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,519}$/;

const PLACE: JsonObject = {
  type: "object",
  description: "Where it is: in a variable, or in a secret of Secrets Manager. The file never holds it.",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    fromEnv: { type: "string", pattern: VARIABLE.source },
    fromSecret: { type: "string", pattern: SECRET_ARN.source },
  },
};

const TEMPLATE: JsonObject = { type: "string", minLength: 1, maxLength: MOST_TEMPLATE };

/** For editors. The checker also reads the fields that a template names. */
export const NOTICES_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  dependentRequired: { slackToken: ["slackChannel"], schedulerRole: ["topic"] },
  properties: {
    ...Object.fromEntries(PLACES.map((name) => [name, PLACE])),
    ...Object.fromEntries(
      Object.entries(NAMES).map(([name, { pattern, description }]) => [
        name,
        { type: "string", pattern: pattern.source, description },
      ]),
    ),
    templates: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(NOTICE_MOMENTS.map((moment) => [moment, TEMPLATE])),
    },
  },
};

/** `notices: {slackToken: {fromEnv: SLACK_TOKEN}, slackChannel: C0123456789, templates: {begin: "…"}}` */
export function readNotices(key: string, member: Member, fail: Fail): NoticeSettings {
  const known = [...PLACES, ...Object.keys(NAMES), "templates"];
  const found = entries(mapOf(member.node, key, fail), known, key, fail);
  const places = PLACES.flatMap((name) => {
    const one = found.get(name);
    return one === undefined ? [] : [[name, readPlace(`${key}.${name}`, one, fail)] as const];
  });
  const names = Object.entries(NAMES).flatMap(([name, { pattern, description }]) => {
    const one = found.get(name);
    if (one === undefined) return [];
    const text = textOf(one, fail);
    return pattern.test(text)
      ? [[name, text] as const]
      : fail(one.offset, `${key}.${name} does not fit: ${description}`);
  });
  const templates = found.get("templates");
  const settings: NoticeSettings = {
    ...Object.fromEntries([...places, ...names]),
    ...(templates && { templates: readTemplates(`${key}.templates`, templates, fail) }),
  };
  if (settings.slackToken !== undefined && settings.slackChannel === undefined)
    fail(member.offset, `${key}.slackToken needs ${key}.slackChannel: ${NAMES.slackChannel.description}`);
  if (settings.schedulerRole !== undefined && settings.topic === undefined)
    fail(member.offset, `${key}.schedulerRole needs ${key}.topic: ${NAMES.topic.description}`);
  return settings;
}

/** Who has an address or a key may post or page: a file names only where it is. */
function readPlace(key: string, member: Member, fail: Fail): SecretPlace {
  const wanted = "write {fromEnv: NAME} or {fromSecret: ARN}";
  if (typeof (member.node as { value?: unknown } | null)?.value === "string")
    return fail(member.offset, `${key} holds the value itself, and who reads this file could use it: ${wanted}`);
  const found = entries(mapOf(member.node, key, fail), ["fromEnv", "fromSecret"], key, fail);
  const [variable, secret] = [found.get("fromEnv"), found.get("fromSecret")];
  if ((variable === undefined) === (secret === undefined)) return fail(member.offset, `${key}: ${wanted}`);
  if (variable !== undefined) {
    const name = textOf(variable, fail);
    if (!VARIABLE.test(name)) fail(variable.offset, `${key}.fromEnv does not fit: name of the variable that holds it`);
    return { kind: "environment", variable: name };
  }
  const arn = textOf(secret, fail);
  if (!SECRET_ARN.test(arn)) fail(secret?.offset ?? 0, `${key}.fromSecret does not fit: ARN of a secret`);
  return { kind: "secret", arn };
}

function readTemplates(key: string, member: Member, fail: Fail): NoticeTemplates {
  const found = entries(mapOf(member.node, key, fail), NOTICE_MOMENTS, key, fail);
  const texts = [...found].map(([moment, one]) => {
    const text = textOf(one, fail);
    if (text === "" || text.length > MOST_TEMPLATE)
      fail(one.offset, `${key}.${moment} has to have 1 to ${MOST_TEMPLATE} characters`);
    const [unknown] = unknownFields(text);
    if (unknown !== undefined)
      fail(one.offset, `${key}.${moment} names {${unknown}}; there is: ${Object.keys(NOTICE_FIELDS).join(", ")}`);
    return [moment, text] as const;
  });
  return Object.fromEntries(texts);
}
