import { isAscii } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import { type CompiledPart, type CompiledParts, readParts } from "./compiled-parts.ts";
import { isWorthKeeping, keepParts, keptAt, merged } from "./kept-parts.ts";

/** How the build wraps each file of the program. */
type Part = (exports: object, require: Load, module: Loaded, filename: string, folder: string) => void;
type Load = (name: string) => unknown;

interface Loaded {
  exports: object;
}

interface Compiled {
  readonly name: string;
  readonly source: number;
  readonly script: Script;
  /** V8 took what was kept. */
  readonly isKept: boolean;
}

export interface Start {
  /** Where the files of the program are. */
  readonly folder: string;
  /** The first of them. Its name has a digest of all that it loads. */
  readonly entry: string;
  /** The command, as typed. */
  readonly word: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Below this length compiling takes less time than looking for what is kept. */
const SMALL = 16_384;

/**
 * Loads the program's files, which name each other by `require("./…")`. Compiling them is a third of what a command takes.
 * Node 20 keeps nothing of that, and later ones do not keep what a function's first call compiles. So this does.
 */
export function loadParts({ folder, entry, word = "", env }: Start): void {
  const ofNode = createRequire(join(folder, entry));
  const path = isKeeping(env) && /^[a-z_]{2,20}$/.test(word) ? keptAt(word, entry, env) : undefined;
  const flags = cachedDataVersionTag();
  const loaded = new Map<string, Loaded>();
  const compiled: Compiled[] = [];
  const reading = fileReader();
  let before: CompiledParts | undefined;

  const compile = (name: string, filename: string): Script => {
    const content = reading(filename);
    const text = content.toString(isAscii(content) ? "latin1" : "utf8");
    if (before === undefined && path !== undefined && text.length > SMALL) before = readParts(path);
    if (before === undefined) return new Script(text, { filename });
    const source = crc32(content);
    const kept = before.parts.get(name);
    const cachedData = kept?.source === source ? kept.data : undefined;
    const script = new Script(text, { filename, ...(cachedData && { cachedData }) });
    compiled.push({ name, source, script, isKept: cachedData !== undefined && script.cachedDataRejected !== true });
    return script;
  };
  const load: Load = (name) => {
    if (!name.startsWith("./")) return ofNode(name);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const module: Loaded = { exports: {} };
    loaded.set(name, module);
    const filename = join(folder, name);
    (compile(name, filename).runInThisContext() as Part)(module.exports, load, module, filename, folder);
    return module.exports;
  };
  if (path !== undefined) process.on("exit", (exitCode) => keep(path, exitCode));
  load(`./${entry}`);

  function keep(path: string, exitCode: number): void {
    // With other flags than at the start V8 would not take it at the next one.
    if (before === undefined || cachedDataVersionTag() !== flags) return;
    const run = { before, compiled: compiled.filter(({ isKept }) => !isKept).length, exitCode };
    if (!isWorthKeeping({ ...run, seconds: process.uptime() })) return;
    const made = compiled.map(
      ({ name, source, script }): CompiledPart => ({ name, source, data: script.createCachedData() }),
    );
    keepParts(path, merged(before, made));
  }
}

/** The bytes of one file, until the next one is read: memory that was not touched before costs more than the reading. */
function fileReader(): (path: string) => Buffer {
  let room = Buffer.alloc(0);
  return (path) => {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      if (size > room.length) room = Buffer.allocUnsafeSlow(Math.max(size, ROOM));
      return room.subarray(0, readSync(file, room, 0, size, 0));
    } finally {
      closeSync(file);
    }
  };
}

/** Bytes that all files but the largest find room in. */
const ROOM = 600_000;

/** By the variable that turns off Node's own, too. Counting what is run needs functions that V8 compiled by itself. */
const isKeeping = (env: NodeJS.ProcessEnv): boolean => !env.NODE_DISABLE_COMPILE_CACHE && !env.NODE_V8_COVERAGE;
