import { basename } from "node:path";
import type { GoFile } from "./node.ts";

/** Whether a file is part of the program that runs in the container; undefined where a tag of one's own decides. */
export function isBuilt(file: GoFile): boolean | undefined {
  const line = file.comments.find(({ from, text }) => from < packageAt(file) && text.startsWith("//go:build "));
  return both(
    byName(file.path),
    line === undefined ? legacy(file) : byExpression(line.text.slice("//go:build ".length)),
  );
}

export const isTest = (path: string): boolean => /_test\.go$/.test(path);

/** Go ignores such files wherever it looks for a package. */
export const isIgnored = (path: string): boolean => /^[._]/.test(basename(path)) || isTest(path);

const packageAt = ({ top, text }: GoFile): number =>
  top.children.find(({ name }) => name === "PackageClause")?.from ?? text.length;

const SYSTEMS = new Set(
  "aix android darwin dragonfly freebsd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos".split(
    " ",
  ),
);
const PROCESSORS = new Set(
  "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm".split(" "),
);

/** Fargate runs Linux on amd64 or arm64. */
function byTag(tag: string): boolean | undefined {
  if (tag === "linux" || tag === "unix") return true;
  if (SYSTEMS.has(tag) || tag === "ignore") return false;
  if (PROCESSORS.has(tag) && tag !== "amd64" && tag !== "arm64") return false;
  return undefined;
}

function byName(path: string): boolean | undefined {
  const parts = basename(path, ".go").split("_").slice(1);
  const tags = parts
    .slice(-2)
    .filter((part, at, all) => PROCESSORS.has(part) || (SYSTEMS.has(part) && isLast(at, all)));
  return tags.map(byTag).reduce(both, true);
}

/** The system is the last part, or the one before a processor. */
const isLast = (at: number, parts: readonly string[]): boolean =>
  at === parts.length - 1 || PROCESSORS.has(parts[at + 1] ?? "");

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

/** `// +build a,b !c`: spaces mean or, commas mean and, lines mean and. */
function legacy(file: GoFile): boolean | undefined {
  const lines = file.comments.filter(({ from, text }) => from < packageAt(file) && /^\/\/ *\+build /.test(text));
  return lines
    .map(({ text }) =>
      text
        .replace(/^\/\/ *\+build /, "")
        .trim()
        .split(/\s+/)
        .map((part) => part.split(",").map(bySigned).reduce(both, true))
        .reduce<boolean | undefined>(either, false),
    )
    .reduce(both, true);
}

const either = (a: boolean | undefined, b: boolean | undefined): boolean | undefined => not(both(not(a), not(b)));
const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);
const bySigned = (tag: string) => (tag.startsWith("!") ? not(byTag(tag.slice(1))) : byTag(tag));

/** `linux && (amd64 || !cgo)` */
function byExpression(text: string): boolean | undefined {
  const words = text.match(/&&|\|\||[!()]|[\w.]+/g) ?? [];
  let at = 0;
  const take = (word: string): boolean => {
    if (words[at] !== word) return false;
    at += 1;
    return true;
  };
  const single = (depth: number): boolean | undefined => {
    if (depth > 50) return undefined;
    if (take("!")) return not(single(depth + 1));
    if (!take("(")) {
      at += 1;
      return byTag(words[at - 1] ?? "");
    }
    const inner = any(depth + 1);
    take(")");
    return inner;
  };
  const every = (depth: number): boolean | undefined => {
    let value = single(depth);
    while (take("&&")) value = both(value, single(depth));
    return value;
  };
  const any = (depth: number): boolean | undefined => {
    let value = every(depth);
    while (take("||")) value = either(value, every(depth));
    return value;
  };
  return any(0);
}
