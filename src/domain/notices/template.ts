import { NOTICE_FIELDS, type Notice, type NoticeField, type NoticeFields, type NoticeMoment } from "./notice.ts";

/** One's own words for a moment, with fields in braces: `{operator} begins {title} ({reason})`. */
export type NoticeTemplates = Readonly<Partial<Record<Exclude<NoticeMoment, "test">, string>>>;

/** Characters of a template, and of a message. */
export const MOST_TEMPLATE = 500;
const MOST_MESSAGE = 2000;

const FIELD = /\{([^{}]*)\}/g;

/** The names in braces that are no fields. */
export const unknownFields = (template: string): readonly string[] =>
  [...template.matchAll(FIELD)].map(([, name = ""]) => name).filter((name) => !Object.hasOwn(NOTICE_FIELDS, name));

/** How a channel writes a value, so that it reads as text and calls no one. */
export type Escape = (value: string) => string;

/** The message of a notice. Values are escaped; the words of a template are its owner's. */
export function noticeText({ moment, fields }: Notice, templates: NoticeTemplates, asText: Escape): string {
  const safe = escaped(fields, asText);
  const own = moment === "test" ? undefined : templates[moment];
  const text = own === undefined ? USUAL[moment](safe) : filled(own, safe);
  return text.length > MOST_MESSAGE ? `${text.slice(0, MOST_MESSAGE - 1)}…` : text;
}

const filled = (template: string, fields: NoticeFields): string =>
  template.replace(FIELD, (_, name: string) => fields[name as NoticeField] ?? "");

function escaped(fields: NoticeFields, asText: Escape): NoticeFields {
  const entries = Object.entries(fields).map(([name, value]) => [name, asText(value)]);
  return Object.fromEntries(entries) as NoticeFields;
}

const bracketed = (...parts: readonly string[]): string => {
  const known = parts.filter((part) => part !== "");
  return known.length === 0 ? "" : ` (${known.join("; ")})`;
};

const emergencyText = ({ emergency }: NoticeFields): string => (emergency === "" ? "" : `EMERGENCY: ${emergency}. `);

const USUAL: Readonly<Record<NoticeMoment, (fields: NoticeFields) => string>> = {
  begin: (of) =>
    `${emergencyText(of)}${of.title}: ${of.did} by ${of.operator} on ${of.host}${bracketed(of.reason)}. Execution ${of.execution}. ${of.place}`,
  question: (of) =>
    `Execution ${of.execution}${bracketed(of.reason)} on ${of.target} waits for an answer at step ${of.step}.${of.unfinished === "" ? "" : ` ${of.unfinished}.`} Answer at its terminal. ${of.place}`,
  test: (of) =>
    `TEST by vulcan-ops: nothing has happened, and nothing is to be done. Notices of target ${of.target} come here. Sent by ${of.operator} on ${of.host}. ${of.place}`,
  outcome: (of) =>
    `${emergencyText(of)}${of.outcome}.${of.unfinished === "" ? "" : ` Not put back: ${of.unfinished}.`}${of.next === "" ? "" : ` Next: ${of.next}.`} Execution ${of.execution}${bracketed(of.reason)}. ${of.place}`,
};

/** A mention begins a word: `@here`, `@channel`, `@ana`. An address (`ana@example.org`) is none. */
const MENTION = /(?<![\w.+-])@(?=\w)/g;

/** Slack reads `&`, `<` and `>` as markup, in which mentions and links are written [D: formatting text]; others read `@here`. */
export const escapeForSlack: Escape = (value) =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(MENTION, "(at)");

export const escapeForMail: Escape = (value) => value;
