/** Words for programmers, and what a value that is not there becomes in a text. */
export const NOT_FOR_PEOPLE =
  /TypeError|is not a function|Deserialization|implicit NaN|\bundefined\b|\bNaN\b|Invalid (Date|time)|\[internal\]/;

/** One member of an answer, and the answer without it, with another type there, and with another value of its type. */
export interface Member {
  /** `services[0].desiredCount` */
  readonly path: string;
  readonly spoiled: Readonly<Record<string, string>>;
  /** Undefined where it has no other value. */
  readonly changed: string | undefined;
}

/** Every member of the answer, of each list the first element. */
export function membersOf(type: string, body: string): readonly Member[] {
  return /json/.test(type) ? jsonMembers(JSON.parse(body)) : xmlMembers(parseXml(body));
}

type Node = Record<string, unknown> | unknown[];

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

function jsonMembers(root: Node): Member[] {
  const found: Member[] = [];
  const walk = (node: Node, path: string): void => {
    const keys = Array.isArray(node) ? Object.keys(node).slice(0, 1) : Object.keys(node);
    for (const key of keys) {
      const here = Array.isArray(node) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
      const holder = node as Record<string, unknown>;
      const value = holder[key];
      const put = (other: unknown): string => {
        holder[key] = other;
        const text = JSON.stringify(root);
        holder[key] = value;
        return text;
      };
      const odd = typeof value === "string" ? 5 : "odd";
      const types = { null: put(null), "another type": put(odd), "a list": put(Array.isArray(value) ? {} : []) };
      const other = otherValue(value);
      found.push({
        path: here,
        spoiled: Array.isArray(node) ? types : { ...types, removed: put(undefined) },
        changed: other === undefined ? undefined : put(other),
      });
      if (isNode(value)) walk(value, here);
    }
  };
  walk(root, "");
  return found;
}

function otherValue(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value) && value.length > 0) return [];
  return typeof value === "string" ? `${value}x` : undefined;
}

interface Element {
  readonly name: string;
  content: string | Element[];
}

function xmlMembers(root: Element): Member[] {
  const found: Member[] = [];
  const walk = (parent: Element, path: string): void => {
    const children = parent.content as Element[];
    const isList = children[0]?.name === "member" || isRepeated(children);
    for (const child of isList ? children.slice(0, 1) : children) {
      const here = `${path}.${child.name}`;
      const { content } = child;
      const put = (other: string | Element[]): string => {
        child.content = other;
        const text = writeXml(root);
        child.content = content;
        return text;
      };
      const without = (): string => {
        parent.content = children.filter((one) => one !== child);
        const text = writeXml(root);
        parent.content = children;
        return text;
      };
      const odd = typeof content === "string" ? [{ name: "odd", content: "1" }] : "odd";
      const other = typeof content === "string" ? otherText(content) : isRepeated(content) ? [] : undefined;
      found.push({
        path: here,
        spoiled: { "another type": put(odd), ...(isList ? {} : { removed: without() }) },
        changed: other === undefined ? undefined : put(other),
      });
      if (typeof content !== "string") walk(child, here);
    }
  };
  walk((root.content as Element[])[0] as Element, root.name);
  return found;
}

const isRepeated = (children: readonly Element[]): boolean =>
  children.length > 0 &&
  (children.length > 1 ||
    /^(member|DB|Event$|AccountQuota$|Parameter$|Tag$)|Membership$/.test(children[0]?.name ?? "")) &&
  children.every(({ name }) => name === children[0]?.name);

function otherText(text: string): string | undefined {
  if (/^(true|false)$/.test(text)) return text === "true" ? "false" : "true";
  if (/^-?\d+(\.\d+)?$/.test(text)) return String(Number(text) + 1);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? undefined : `${text}x`;
}

/** What the sandbox writes: elements and texts, no attributes that matter. */
function parseXml(text: string): Element {
  const root: Element = { name: "", content: [] };
  const open = [root];
  for (const [, close, name = "", self, words = ""] of text.matchAll(/<(\/?)([\w]+)[^>]*?(\/?)>([^<]*)/g)) {
    if (close) {
      open.pop();
      continue;
    }
    const element: Element = { name, content: words.trim() === "" ? [] : words };
    ((open.at(-1) ?? root).content as Element[]).push(element);
    if (!self) open.push(element);
  }
  return (root.content as Element[])[0] as Element;
}

function writeXml({ name, content }: Element): string {
  return `<${name}>${typeof content === "string" ? content : content.map(writeXml).join("")}</${name}>`;
}
