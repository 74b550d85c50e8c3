import { isSeq, type YAMLSeq } from "yaml";
import {
  DEFAULT_WITHIN,
  type Expectation,
  LEAST_WITHIN,
  MOST_PROBES,
  MOST_WITHIN,
  PROBE_NAME,
  type Probe,
  type ProbeMetric,
  type ProbeSource,
  parseExpectation,
} from "../domain/reconnects/probe.ts";
import { parseDuration } from "../domain/time.ts";
import { entries, type Fail, type Member, mapOf, textOf } from "./nodes.ts";

/** Fails at a place in the text, and names the key there: `reconnects[1].expect: …`. */
type FailAt = (key: string, member: Member | undefined, message: string) => never;

/** The probes of a target, each checked whole. `key`: the setting, by which an error names its place. */
export function readProbes(key: string, member: Member, fail: Fail): readonly Probe[] {
  if (!isSeq(member.node)) return fail(member.offset, `${key}: a list of probes is wanted here`);
  const { items } = member.node as YAMLSeq;
  if (items.length === 0 || items.length > MOST_PROBES)
    fail(member.offset, `${key}: 1 to ${MOST_PROBES} probes are wanted here`);
  const probes = items.map((node, index) => readProbe(node, `${key}[${index}]`, member, fail));
  const twice = probes.findIndex(({ name }, index) => probes.findIndex((one) => one.name === name) !== index);
  if (twice !== -1)
    fail(offsetOf(items[twice], member), `${key}[${twice}].name: "${probes[twice]?.name}" stands twice`);
  return probes;
}

const offsetOf = (node: unknown, within: Member): number =>
  (node as { range?: number[] } | null)?.range?.[0] ?? within.offset;

const KEYS = ["name", "sql", "metric", "log", "expect", "within"];

function readProbe(node: unknown, path: string, list: Member, fail: Fail): Probe {
  const own: Member = { node, offset: offsetOf(node, list) };
  const members = entries(mapOf(node, path, fail), KEYS, path, fail);
  const failAt: FailAt = (key, member, message) => fail(member?.offset ?? own.offset, `${path}.${key}: ${message}`);
  const text = (key: string): string => {
    const member = members.get(key);
    return member === undefined ? failAt(key, undefined, "is missing") : textOf(member, fail);
  };
  const name = text("name");
  if (!PROBE_NAME.test(name)) failAt("name", members.get("name"), "a-z, 0-9 and -, 30 characters at most");
  const source = readSource(members, path, fail, failAt);
  const expect =
    parseExpectation(text("expect")) ??
    failAt("expect", members.get("expect"), "back-to 90%, at-least 3 or newer-than-change is wanted here");
  assertFits(source, expect, members, failAt);
  return { name, source, expect, within: withinOf(members.get("within"), fail, failAt) };
}

/** A metric has a number each minute, and no time of its own. */
function assertFits(
  source: ProbeSource,
  expect: Expectation,
  members: ReadonlyMap<string, Member>,
  failAt: FailAt,
): void {
  if (source.kind === "metric" && expect.kind === "newer-than-change")
    failAt("expect", members.get("expect"), "a metric gives a number: back-to 90% or at-least 3 is wanted here");
}

function withinOf(member: Member | undefined, fail: Fail, failAt: FailAt): number {
  if (member === undefined) return DEFAULT_WITHIN;
  const seconds = parseDuration(textOf(member, fail)) ?? 0;
  const isFit = seconds >= LEAST_WITHIN && seconds <= MOST_WITHIN;
  return isFit ? seconds : failAt("within", member, "a duration of 1m to 60m is wanted here");
}

const SOURCES = ["sql", "metric", "log"] as const;

function readSource(members: ReadonlyMap<string, Member>, path: string, fail: Fail, failAt: FailAt): ProbeSource {
  const [kind, ...others] = SOURCES.filter((one) => members.has(one));
  if (kind === undefined || others.length > 0) return failAt("sql", undefined, "one of sql, metric and log is wanted");
  const member = members.get(kind) as Member;
  if (kind === "metric") return { kind, ...readMetric(member, `${path}.metric`, fail) };
  const text = textOf(member, fail).trim();
  if (kind === "log") return { kind, pattern: fits(LOG_PATTERN, text) ?? failAt(kind, member, LOG) };
  return { kind, statement: statementOf(text) ?? failAt(kind, member, SQL) };
}

export const LOG_PATTERN = /^[\s\S]{1,1024}$/;
const LOG = "a filter pattern of CloudWatch Logs is wanted here";
const SQL = "one SELECT is wanted here, without a semicolon";

const STATEMENT = /^(?:select|with)\b[^;]{1,4000}$/i;

/** The session is read-only all the same. The text itself never appears in an error. */
const statementOf = (text: string): string | undefined => fits(STATEMENT, text);

const fits = (pattern: RegExp, text: string): string | undefined => (pattern.test(text) ? text : undefined);

/** The only namespace whose dimensions the service itself tells. */
export const OF_THE_BALANCER = "AWS/ApplicationELB";
export const METRIC_NAME = /^[\w./#: -]{1,255}$/;
export const STAT = /^(Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,2})?)$/;

function readMetric(member: Member, path: string, fail: Fail): ProbeMetric {
  const members = entries(mapOf(member.node, path, fail), ["namespace", "name", "stat", "dimensions"], path, fail);
  const text = (key: string, pattern: RegExp, wanted: string): string => {
    const one = members.get(key);
    if (one === undefined) return fail(member.offset, `${path}.${key}: is missing`);
    return fits(pattern, textOf(one, fail)) ?? fail(one.offset, `${path}.${key}: ${wanted} is wanted here`);
  };
  const namespace = text("namespace", METRIC_NAME, "a namespace of CloudWatch");
  const name = text("name", METRIC_NAME, "the name of a metric");
  const stat = text("stat", STAT, "Sum, Average, Minimum, Maximum, SampleCount or p99");
  const named = members.get("dimensions");
  if (named === undefined && namespace !== OF_THE_BALANCER)
    fail(member.offset, `${path}.dimensions: is missing; only ${OF_THE_BALANCER} can do without`);
  if (named === undefined) return { namespace, name, stat };
  return { namespace, name, stat, dimensions: readDimensions(named, `${path}.dimensions`, fail) };
}

/** CloudWatch takes at most thirty. [D: Dimension] */
function readDimensions(member: Member, path: string, fail: Fail): Readonly<Record<string, string>> {
  const all = [...entries(mapOf(member.node, path, fail), undefined, path, fail)];
  if (all.length === 0 || all.length > 30) fail(member.offset, `${path}: 1 to 30 dimensions are wanted here`);
  return Object.fromEntries(all.map(([name, value]) => [name, textOf(value, fail)]));
}
