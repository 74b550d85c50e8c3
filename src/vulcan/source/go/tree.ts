import { parser } from "@lezer/go";
import { ContextTracker } from "@lezer/lr";
import { textOf } from "./literals.ts";
import { type Comment, childOf, type GoFile, type GoNode, lineAt, lineOf, nodesIn, sourceOf } from "./node.ts";
import { bound } from "./operators.ts";

/** Thrown where the text is no Go that a compiler accepts. */
export class GoSyntaxError extends Error {
  readonly line: number;

  constructor(line: number, why: string) {
    super(why);
    this.line = line;
  }
}

/** Terms of @lezer/go 1.0.1 that its package does not export: spaces, and the parts of a block comment. */
const SPACES = new Set([1, 179, 180, 181, 182, 183]);
/** After these, the end of a line ends a statement. The last two are `true`/`false` and `nil`, which the package forgets. */
const ENDINGS = new Set([12, 13, 17, 20, 25, 53, 95, 142, 144, 145, 148, 184, 190, 191]);

const goParser = parser.configure({
  contextTracker: new ContextTracker({
    start: false,
    strict: false,
    shift: (isEnding, term) => (SPACES.has(term) ? isEnding : ENDINGS.has(term)),
  }),
});

const MOST_CHARACTERS = 5_000_000;
const MOST_DEPTH = 600;

/** Throws GoSyntaxError. Bounded by the length of the text, whatever it is. */
export function parseGo(path: string, source: string): GoFile {
  const text = source.replace(/^\ufeff/, "");
  if (text.length > MOST_CHARACTERS) throw new GoSyntaxError(1, "more than 5 MB of Go");
  refuseDeepNesting(text);
  const file = { path, text, comments: [] as Comment[], top: undefined as unknown as GoNode };
  const open: GoNode[] = [];
  goParser.parse(text).iterate({
    enter({ name, from, to, type }) {
      if (name === "LineComment" || name === "BlockComment") {
        file.comments.push({ from, text: text.slice(from, to) });
        return false;
      }
      if (open.length > MOST_DEPTH * 4)
        throw new GoSyntaxError(lineAt(text, from), "expressions inside expressions, too deep");
      open.push({ file, name: type.isError ? "Error" : name, from, to, parent: undefined, children: [] });
      return true;
    },
    leave({ name }) {
      if (name === "LineComment" || name === "BlockComment") return;
      const node = bound(open.pop() as GoNode);
      const parent = open.at(-1);
      if (parent === undefined) file.top = node;
      else (parent.children as GoNode[]).push(node);
    },
  });
  for (const node of nodesIn(file.top)) for (const child of node.children) (child as Linked).parent = node;
  check(file);
  return file;
}

type Linked = { -readonly [key in keyof GoNode]: GoNode[key] };

/** No person nests so deep; and each level costs the parser, and those who follow its tree. */
function refuseDeepNesting(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === "(" || letter === "{" || letter === "[") depth += 1;
    if (letter === ")" || letter === "}" || letter === "]") depth -= 1;
    if (depth > MOST_DEPTH) throw new GoSyntaxError(lineAt(text, at), "brackets inside brackets, too deep");
  }
}

function check(file: GoFile): void {
  for (const node of nodesIn(file.top)) {
    if (node.name === "Error" && !isBareRange(node)) throw new GoSyntaxError(lineOf(node), "not Go from here");
    if (node.name === "String" && textOf(sourceOf(node)) === "invalid")
      throw new GoSyntaxError(lineOf(node), "a text that does not end, or an escape that Go does not have");
  }
  const stray = file.top.children.find((node) => !TOP_LEVEL.has(node.name) || childOf(node, ":="));
  if (stray !== undefined) throw new GoSyntaxError(lineAt(file.text, stray.from), "a statement outside of a function");
}

const TOP_LEVEL = new Set([
  "PackageClause",
  "ImportDecl",
  "ConstDecl",
  "VarDecl",
  "TypeDecl",
  "FunctionDecl",
  "MethodDecl",
  ";",
]);

/** The grammar does not know `for range x {`, and marks the word as an error. */
export function isBareRange(node: GoNode): boolean {
  const [keyword, error, ...rest] = node.parent?.children ?? [];
  return (
    node.parent?.name === "ForStatement" &&
    keyword?.name === "for" &&
    error === node &&
    node.children.length === 1 &&
    node.children[0]?.name === "range" &&
    rest.length === 2 &&
    rest[1]?.name === "Block"
  );
}
