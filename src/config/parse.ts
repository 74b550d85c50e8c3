import { type Document, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { usageError } from "../domain/error.ts";
import type { NoticeSettings } from "../domain/notices/settings.ts";
import type { Probe } from "../domain/reconnects/probe.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { PipelineSettings } from "../domain/upgrade/pipeline.ts";
import { entries, type Fail, type Member, mapOf, textOf } from "./nodes.ts";
import { readNotices } from "./notices.ts";
import { readPipeline } from "./pipeline.ts";
import { readProbes } from "./reconnects.ts";
import { ROOT_KEYS, type Setting, TARGET_SETTINGS } from "./schema.ts";

/** One target as a file states it, without defaults. */
export type TargetSettings = Readonly<
  Record<string, string | boolean | PipelineSettings | readonly Probe[] | NoticeSettings>
>;

export interface ConfigFile {
  readonly path: string;
  readonly defaultTarget?: string;
  readonly targets: Readonly<Record<string, TargetSettings>>;
}

const MOST_BYTES = 64 * 1024;

/** Text → configuration, or exit 6 with `file:line:column`. `isOwn`: the user's own file, which may set more. */
export function parseConfig(text: string, path: string, isOwn: boolean): ConfigFile {
  if (text.length > MOST_BYTES) throw usageError("config-invalid", `${path}: larger than ${MOST_BYTES} bytes`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, prettyErrors: false });
  const fail = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw usageError("config-invalid", sanitise(`${path}:${line}:${col}: ${message}`), [
      "docs/configuration.md lists the settings",
    ]);
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === "MULTIPLE_DOCS") fail(problem.pos[0], "a second document begins here; one is wanted");
  if (problem !== undefined) fail(problem.pos[0], problem.message);
  assertVisible(document, fail);
  const root = mapOf(document.contents, "the file", fail);
  const members = entries(root, ROOT_KEYS, "the file", fail);
  const version = members.get("schemaVersion");
  if (version === undefined) fail(0, 'schemaVersion: "1" is missing');
  if (textOf(version, fail) !== "1") fail(version?.offset ?? 0, 'schemaVersion has to be "1"');
  const defaultTarget = members.get("defaultTarget");
  const targets = readTargets(members.get("targets"), isOwn, fail);
  return { path, targets, ...(defaultTarget === undefined ? {} : { defaultTarget: textOf(defaultTarget, fail) }) };
}

/** An invisible character makes a different name. A control character controls the terminal that shows it. */
function assertVisible(document: Document.Parsed, fail: Fail): void {
  visit(document, {
    Scalar(_key, { value, range }) {
      if (typeof value === "string" && sanitise(value, { most: MOST_BYTES }) !== value)
        fail(range?.[0] ?? 0, `the text ${JSON.stringify(value)} contains an invisible or control character`);
    },
  });
}

function readTargets(member: Member | undefined, isOwn: boolean, fail: Fail): ConfigFile["targets"] {
  if (member === undefined) return {};
  const targets = entries(mapOf(member.node, "targets", fail), undefined, "targets", fail);
  const read = [...targets].map(([name, target]) => {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) fail(target.offset, `"${name}" is no name for a target (a-z, 0-9, -)`);
    return [name, readTarget(name, target, isOwn, fail)] as const;
  });
  return Object.fromEntries(read);
}

function readTarget(name: string, member: Member, isOwn: boolean, fail: Fail): TargetSettings {
  const known = Object.keys(TARGET_SETTINGS);
  const settings = entries(mapOf(member.node, `target ${name}`, fail), known, `target ${name}`, fail);
  return Object.fromEntries([...settings].map(([key, value]) => [key, readSetting(key, value, isOwn, fail)]));
}

function readSetting(key: string, member: Member, isOwn: boolean, fail: Fail): TargetSettings[string] {
  const setting: Setting = TARGET_SETTINGS[key as keyof typeof TARGET_SETTINGS];
  const value = isScalar(member.node) ? member.node.value : undefined;
  const { userOnly = false, why } = setting;
  if (!isOwn && (userOnly === true || (userOnly !== false && userOnly.test(String(value))))) {
    const what = userOnly === true ? `"${key}"` : `"${key}: ${value}"`;
    fail(
      member.offset,
      `${what} may only stand in your own configuration file, not in one found in a working directory${why === undefined ? "" : `: ${why}`}`,
    );
  }
  if (setting.type === "pipeline") return readPipeline(key, member, fail);
  if (setting.type === "notices") return readNotices(key, member, fail);
  if (setting.type === "probes") return readProbes(key, member, fail);
  const isFit = typeof value === setting.type && (setting.pattern === undefined || setting.pattern.test(String(value)));
  return isFit ? (value as string | boolean) : fail(member.offset, `"${key}" does not fit: ${setting.description}`);
}
