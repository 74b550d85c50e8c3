import { change, exitCode, finding, schemaVersion } from "./parts.ts";
import { flag, instant, listOf, number, object, oneOf, orNull, type Schema, text } from "./shapes.ts";

const place = object({ target: text, service: text, environment: text, "account?": text, "region?": text });

const duration = object({
  id: oneOf("detect", "decide", "restore", "total", "rto", "rpo"),
  title: text,
  "seconds?": number,
  text,
});

const moment = object({
  at: instant,
  source: oneOf("execution", "alarm", "deployment", "service", "note"),
  "execution?": text,
  text,
  "by?": text,
});

const person = object({
  at: instant,
  did: text,
  "operator?": text,
  "host?": text,
  "principal?": text,
  "source?": text,
});

const phase = oneOf("do", "undo");

const request = object({
  at: instant,
  step: text,
  phase,
  title: text,
  operation: text,
  how: text,
  "requestId?": text,
  "isAdopted?": flag,
  "awsCli?": text,
  result: text,
});

const withMembers = (schema: Schema, more: Readonly<Record<string, Schema>>): Schema => ({
  ...schema,
  properties: { ...(schema.properties as Schema), ...more },
});

const execution = object({
  id: text,
  runbook: text,
  "statedReason?": text,
  "emergency?": text,
  startedAt: instant,
  lastAt: instant,
  status: text,
  "exitCode?": exitCode,
  outcome: text,
  people: listOf(person),
  requests: listOf(request),
  changes: listOf(withMembers(change, { step: text, phase })),
  checks: listOf(withMembers(finding, { step: text })),
  proofs: listOf(object({ at: instant, step: text, text })),
  unproven: listOf(text),
  unfinished: listOf(object({ text, "command?": text })),
  reminders: listOf(text),
  "lostNotices?": listOf(text),
});

const span = { from: instant, to: instant };

/** What `report --format json` prints. */
export const report = object({
  schemaVersion,
  audience: oneOf("internal", "external"),
  title: text,
  madeAt: instant,
  version: text,
  zone: text,
  place,
  span: object(span),
  summary: listOf(text),
  durations: listOf(duration),
  timeline: listOf(moment),
  executions: listOf(execution),
  logs: listOf(object({ group: text, streamPrefix: text, ...span })),
  series: listOf(object({ id: text, title: text, unit: text, from: instant, values: listOf(orNull(number)) })),
  unread: listOf(object({ what: text, why: text })),
  leftOut: listOf(text),
});
