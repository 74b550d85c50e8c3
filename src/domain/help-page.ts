/** A page of help as data: the build makes it, and it is laid out for the terminal that asks. */
export interface HelpPage {
  readonly title: string;
  readonly sections: readonly HelpSection[];
}

export interface HelpSection {
  readonly heading: string;
  readonly rows: readonly HelpRow[];
}

/** A term and what it is for; without a text a line by itself. */
export type HelpRow = readonly [term: string, text?: string];

/** Pages by what follows `help`: a command (`migrate down`), a topic, and the program under the empty name. */
export type HelpPages = Readonly<Record<string, HelpPage>>;
