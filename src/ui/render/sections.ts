import type { Series } from "../../domain/kept-series.ts";

/** The content of a section, before it is Markdown or HTML. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "commands"; readonly lines: readonly string[] }
  | { readonly kind: "plot"; readonly series: Series; readonly text: string };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export const list = (items: readonly string[]): readonly Block[] =>
  items.length === 0 ? [] : [{ kind: "list", items }];

export const table = (columns: readonly string[], rows: readonly (readonly string[])[]): readonly Block[] =>
  rows.length === 0 ? [] : [{ kind: "table", columns, rows }];
