/** The rules of the JUnit schema of Ant (JUnit.xsd), which other readers' schemas contain. */
interface Rule {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** The children that may stand in it, in this order. */
  readonly children: readonly string[];
  readonly text?: true;
}

const RULES: Readonly<Record<string, Rule>> = {
  testsuites: { required: [], children: ["testsuite"] },
  testsuite: {
    required: ["name", "id", "package", "timestamp", "hostname", "tests", "failures", "errors", "time"],
    optional: ["skipped"],
    children: ["properties", "testcase", "system-out", "system-err"],
  },
  properties: { required: [], children: ["property"] },
  // `file` and `line` are not Ant's; the readers of pipelines show them.
  testcase: {
    required: ["name", "classname", "time"],
    optional: ["file", "line"],
    children: ["skipped", "error", "failure"],
  },
  skipped: { required: [], optional: ["message"], children: [], text: true },
  failure: { required: ["type"], optional: ["message"], children: [], text: true },
  "system-out": { required: [], children: [], text: true },
  "system-err": { required: [], children: [], text: true },
};

const FORMS: Readonly<Record<string, RegExp>> = {
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
  time: /^\d+(\.\d+)?$/,
  tests: /^\d+$/,
  failures: /^\d+$/,
  errors: /^\d+$/,
  skipped: /^\d+$/,
  id: /^\d+$/,
};

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/** What the schema has against a text; empty where it is valid. */
export function problemsOf(xml: string): readonly string[] {
  const root = parse(xml);
  if (typeof root === "string") return [root];
  return root.name === "testsuites" ? judge(root) : [`the root is ${root.name}`];
}

function judge(element: Element): string[] {
  const { name, attributes, children, text } = element;
  const rule = RULES[name];
  if (rule === undefined) return [`unknown element ${name}`];
  const allowed = [...rule.required, ...(rule.optional ?? [])];
  const order = children.map((child) => rule.children.indexOf(child.name));
  return [
    ...rule.required.filter((one) => !attributes.has(one)).map((one) => `${name} lacks ${one}`),
    ...[...attributes.keys()].filter((one) => !allowed.includes(one)).map((one) => `${name} may not have ${one}`),
    ...[...attributes].filter(([one, value]) => FORMS[one]?.test(value) === false).map(([one]) => `${name}: ${one}`),
    ...(order.includes(-1) || order.some((at, index) => at < (order[index - 1] ?? 0)) ? [`${name}: children`] : []),
    ...(name === "testcase" && children.length > 1 ? ["a testcase has one outcome"] : []),
    ...(rule.text !== true && text.trim() !== "" ? [`${name} holds text`] : []),
    ...counts(element),
    ...children.flatMap(judge),
  ];
}

function counts({ name, attributes, children }: Element): string[] {
  if (name !== "testsuite") return [];
  const cases = children.filter((child) => child.name === "testcase");
  const failed = cases.filter((one) => one.children.some((child) => child.name === "failure"));
  return [
    ...(Number(attributes.get("tests")) === cases.length ? [] : ["tests is not the number of testcases"]),
    ...(Number(attributes.get("failures")) === failed.length ? [] : ["failures is not the number of failures"]),
  ];
}

const PIECE = /<\?[^?]*\?>|<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** Well-formed XML without comments, namespaces and CDATA; or what is wrong with it. */
function parse(xml: string): Element | string {
  const root: Element = { name: "", attributes: new Map(), children: [], text: "" };
  const open = [root];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < xml.length) {
    const at = PIECE.lastIndex;
    const [piece, closing, name, attributes = "", single, text] = PIECE.exec(xml) ?? [];
    const parent = open.at(-1) as Element;
    if (piece === undefined) return `not XML at ${at}: ${xml.slice(at, at + 40)}`;
    if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(piece)) return `a bare & at ${at}`;
    if (text !== undefined) parent.text += text;
    else if (closing === "/" && open.pop()?.name !== name) return `</${name}> closes nothing`;
    else if (closing === "" && name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(
        ([, key = "", value = ""]) => [key, value] as const,
      );
      const element: Element = { name, attributes: new Map(pairs), children: [], text: "" };
      if (element.attributes.size !== pairs.length) return `an attribute twice in ${name}`;
      parent.children.push(element);
      if (single !== "/") open.push(element);
    }
  }
  const [only] = root.children;
  return open.length === 1 && only !== undefined && root.children.length === 1 ? only : "not one closed root";
}
