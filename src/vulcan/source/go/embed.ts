import { type GoNode, lineAt, sourceOf } from "./node.ts";
import type { GoPackage, Spec } from "./package.ts";
import { text, unknown, type Value } from "./value.ts";

/** What `//go:embed` above a variable puts into it; undefined where there is none. */
export function embeddedBy(go: GoPackage, { spec, type, name }: Spec): Value | undefined {
  const patterns = patternsOf(spec);
  if (patterns.length === 0) return undefined;
  const of = type === undefined ? "" : sourceOf(type);
  if (of === "embed.FS" && go.importOf(spec.file, "embed") === "embed") return { kind: "files", spec };
  const [pattern, ...more] = patterns;
  if (pattern === undefined || more.length > 0 || !/^(string|\[\]byte)$/.test(of) || /[*?[]/.test(pattern))
    return unknown(spec, `what is embedded in ${sourceOf(name)} is not known`);
  return contentOf(go, spec, pattern, spec);
}

/** The patterns of the comments right above. */
function patternsOf(spec: GoNode): readonly string[] {
  const { text: source, comments } = spec.file;
  const declaration = spec.parent?.name === "VarDecl" ? spec.parent : spec;
  const above = (declaration.parent?.children ?? []).findLast(({ to }) => to <= declaration.from);
  const found = comments.filter(
    ({ from, text: comment }) =>
      comment.startsWith("//go:embed ") &&
      from < declaration.from &&
      from >= (above?.to ?? 0) &&
      isAtLineStart(source, from),
  );
  const words = found.flatMap(
    ({ text: comment }) => comment.slice("//go:embed ".length).match(/"[^"]*"|`[^`]*`|\S+/g) ?? [],
  );
  return words.map((word) => word.replace(/^["`]|["`]$/g, "").replace(/^all:/, ""));
}

const isAtLineStart = (source: string, at: number): boolean =>
  /^\s*$/.test(source.slice(source.lastIndexOf("\n", at - 1) + 1, at));

/** `files.ReadFile(name)`: Go gives it only where a pattern took the file in. */
export function readEmbedded(go: GoPackage, spec: GoNode, name: Value | undefined, node: GoNode): Value {
  if (name?.kind === "unknown") return name;
  if (name?.kind !== "text") return unknown(node, "the name of an embedded file is not known");
  const isIn = patternsOf(spec).some((pattern) => takes(pattern, name.text));
  return isIn ? contentOf(go, spec, name.text, node) : unknown(node, `${name.text.slice(0, 80)} is not embedded`);
}

/** A pattern of a folder takes in all below it but what begins with a dot or an underscore. */
function takes(pattern: string, name: string): boolean {
  const isBelow = name.startsWith(`${pattern}/`) || pattern === ".";
  if (isBelow) return !/(^|\/)[._]/.test(pattern === "." ? name : name.slice(pattern.length));
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, "[^/]*")
    .replace(/\?/g, "[^/]");
  // Many stars would take a matcher too long.
  return !/\[|(\*.*){4}/.test(pattern) && new RegExp(`^${source}$`).test(name);
}

function contentOf(go: GoPackage, spec: GoNode, name: string, node: GoNode): Value {
  const isPlain = name !== "" && !/(^|\/)\.\.?(\/|$)|^\/|\\|\0/.test(name);
  const content = isPlain ? go.beside(spec.file, name) : undefined;
  const line = lineAt(spec.file.text, spec.from);
  return content === undefined
    ? unknown(node, `${name.slice(0, 80)}, embedded in line ${line}, cannot be read beside the Go file`)
    : text(content);
}
