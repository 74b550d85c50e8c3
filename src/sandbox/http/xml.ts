/** How a service names the elements of its lists: one name, but for the lists that have their own. */
export interface ItemNames {
  readonly usual: string;
  readonly own: Readonly<Record<string, string>>;
  /** Elements that hold a map: one `entry` of `key` and `value` for each member. */
  readonly maps: readonly string[];
}

/** Writes a plain value as XML elements: records nest, lists repeat an item element, dates are ISO 8601. */
export function toXml(name: string, value: unknown, items: ItemNames): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) {
    const item = items.own[name] ?? items.usual;
    return element(name, value.map((entry) => toXml(item, entry, items)).join(""));
  }
  if (items.maps.includes(name)) {
    const entries = Object.entries(value).map(([key, entry]) => toXml("entry", { key, value: entry }, items));
    return element(name, entries.join(""));
  }
  if (value instanceof Date) return element(name, value.toISOString());
  if (typeof value === "object") {
    return element(
      name,
      Object.entries(value)
        .map(([key, child]) => toXml(key, child, items))
        .join(""),
    );
  }
  return element(name, escapeXml(String(value)));
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Characters that XML 1.0 cannot contain are dropped. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
}
