/** One token of SQL: keywords and plain identifiers are words; conclude nothing from an `odd` token. */
export type SqlToken =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "quoted"; readonly text: string }
  | { readonly kind: "literal" | "odd" }
  | { readonly kind: "mark"; readonly text: string };

type Statement = readonly SqlToken[];

/** SQL → its statements, without empty ones; undefined if a quote, a comment or a bracket does not end. */
export function statementsOf(sql: string): readonly Statement[] | undefined {
  const tokens = tokensOf(sql);
  const statements: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens ?? []) {
    const mark = token.kind === "mark" ? token.text : "";
    if (mark === "(" || mark === "[") depth += 1;
    if (mark === ")" || mark === "]") depth -= 1;
    if (depth < 0) return undefined;
    if (mark === ";" && depth === 0) statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return tokens === undefined || depth !== 0 ? undefined : statements.filter((statement) => statement.length > 0);
}

function tokensOf(sql: string): SqlToken[] | undefined {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < sql.length; ) {
    const comment = sql.startsWith("/*", at) ? endOfComment(sql, at) : undefined;
    if (comment !== undefined) {
      at = comment;
      continue;
    }
    const { end, token } = readToken(sql, at);
    if (token === "unfinished") return undefined;
    if (token !== "space") tokens.push(token);
    at = end;
  }
  return tokens;
}

type Read = (text: string) => SqlToken | "space" | "unfinished";

const literal: Read = () => ({ kind: "literal" });
const odd: Read = () => ({ kind: "odd" });
const unfinished: Read = () => "unfinished";

/** The first match wins. PostgreSQL folds only ASCII capitals. A name with other capitals is no plain identifier. */
const LEXEMES: readonly (readonly [RegExp, Read])[] = [
  [/(?:[ \t\n\r\f\v]|--[^\n\r]*)+/y, () => "space"],
  [/\/\*/y, unfinished],
  [/[Ee]'(?:[^'\\]|\\[\s\S]|'')*'/y, literal],
  [/[Uu]&(?:'[^']*'|"[^"]*")/y, odd],
  [/[BbXxNn]?'[^']*(?:''[^']*)*'/y, literal],
  [/(?:[EeBbXxNn]|[Uu]&)?'|[Uu]&"/y, unfinished],
  [/"[^"]*(?:""[^"]*)*"/y, (text) => ({ kind: "quoted", text: text.slice(1, -1).replaceAll('""', '"') })],
  [/"/y, unfinished],
  [/(\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)[\s\S]*?\1/y, literal],
  [/\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y, unfinished],
  [/[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/y, (text) => ({ kind: "word", text: text.replace(/[A-Z]/g, lower) })],
  [/\d[\w.]*|\$\d+/y, literal],
  [/[\s\S]/y, (text) => ({ kind: "mark", text })],
];

const lower = (letter: string): string => letter.toLowerCase();

function readToken(sql: string, at: number) {
  for (const [pattern, read] of LEXEMES) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { end: at + text.length, token: read(text) };
  }
  return { end: sql.length, token: "unfinished" as const };
}

/** Comments nest; undefined if one does not end. */
function endOfComment(sql: string, at: number): number | undefined {
  const bound = /\/\*|\*\//g;
  bound.lastIndex = at;
  let depth = 0;
  for (let found = bound.exec(sql); found !== null; found = bound.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return bound.lastIndex;
  }
  return undefined;
}
