import { type Document, isMap, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from "yaml";
import type { DataTables } from "../domain/database/data-kinds.ts";
import { usageError } from "../domain/error.ts";
import type { NoticeSettings } from "../domain/notices/settings.ts";
import type { Probe } from "../domain/reconnects/probe.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { PipelineSettings } from "../domain/upgrade/pipeline.ts";
import { readDataTables } from "./data-tables.ts";
import { entries, type Fail, type Member, mapOf, textOf } from "./nodes.ts";
import { readNotices } from "./notices.ts";
import { readPipeline } from "./pipeline.ts";
import { readProbes } from "./reconnects.ts";
import { ROOT_KEYS, type Setting, TARGET_SETTINGS } from "./schema.ts";

/** One target as a file states it, without defaults. */
export type TargetSettings = Readonly<
  Record<string, string | boolean | PipelineSettings | readonly Probe[] | DataTables | NoticeSettings>
>;

export interface ConfigFile {
  readonly path: string;
  /** The line, from 1, of each key of the root and of each setting, as `prod.region`. */
  readonly lines: Readonly<Record<string, number>>;
  readonly defaultTarget?: string;
  /** The journal of each target that names none of its own. */
  readonly journal?: string;
  readonly targets: Readonly<Record<string, TargetSettings>>;
}

/** A fleet of a thousand targets, each with its names. */
const MOST_BYTES = 256 * 1024;
export const TARGET_NAME = /^[a-z][a-z0-9-]{0,63}$/;

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
  const journal = members.get("journal");
  const targets = readTargets(members.get("targets"), isOwn, fail);
  return {
    path,
    lines: linesOf(root, lines),
    targets,
    ...(defaultTarget === undefined ? {} : { defaultTarget: textOf(defaultTarget, fail) }),
    ...(journal === undefined ? {} : { journal: String(readSetting("journal", journal, isOwn, fail)) }),
  };
}

/** Where each key of the root and each setting stands. Called once the document is known to be valid. */
function linesOf(root: YAMLMap, counter: LineCounter): Readonly<Record<string, number>> {
  const settings = keysOf(root.get("targets")).flatMap(([target, , value]) =>
    keysOf(value).map(([name, offset]) => [`${target}.${name}`, offset] as const),
  );
  const top = keysOf(root).map(([name, offset]) => [name, offset] as const);
  return Object.fromEntries([...top, ...settings].map(([name, offset]) => [name, counter.linePos(offset).line]));
}

function keysOf(map: unknown): readonly (readonly [name: string, offset: number, value: unknown])[] {
  if (!isMap(map)) return [];
  return map.items.map(({ key, value }) => {
    const { value: name, range } = key as { value: string; range?: number[] };
    return [name, range?.[0] ?? 0, value] as const;
  });
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
    if (!TARGET_NAME.test(name)) fail(target.offset, `"${name}" is no name for a target (a-z, 0-9, -)`);
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
  if (setting.type === "tables") return readDataTables(key, member, fail);
  const isFit = typeof value === setting.type && (setting.pattern === undefined || setting.pattern.test(String(value)));
  return isFit ? (value as string | boolean) : fail(member.offset, `"${key}" does not fit: ${setting.description}`);
}
