import { usageError } from "./error.ts";

/** Where a shared journal is: a table of DynamoDB. */
export interface StoreAddress {
  readonly table: string;
  /** Its home region; absent: the target's. */
  readonly region?: string;
  /** Whose credentials read and write it; absent: the target's. */
  readonly profile?: string;
}

/**
 * One spelling for one table, in the first record of each execution of it, whichever credentials and settings name it.
 * `region`: the target's, for an address that names none.
 */
export function storeName({ table, region: own }: StoreAddress, region: string | undefined): string {
  const where = own ?? region;
  return `dynamodb://${table}${where === undefined ? "" : `?region=${where}`}`;
}

/** What each member has to look like. */
const TABLE = /^[a-zA-Z0-9_.-]{3,255}$/;
const OPTIONS: Readonly<Record<"region" | "profile", readonly [form: RegExp, wanted: string]>> = {
  region: [/^[a-z]{2}(-[a-z]+)+-\d$/, "region has to be an AWS region, as eu-west-1"],
  profile: [/^[\w.@+ -]{1,128}$/, "profile has to be the name of an AWS profile"],
};

const EXAMPLE = "journal: dynamodb://vulcan-ops-journal?region=eu-west-1";

/** `dynamodb://TABLE?region=…&profile=…`. Pure. Exit 6 where it is none, saying which part. */
export function parseStoreAddress(text: string): StoreAddress {
  const [, scheme, table = "", query = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:\?([^#]*))?$/.exec(text) ?? [];
  if (scheme === undefined)
    throw wrong(text, "it has to be dynamodb://TABLE, with ?region=REGION where it is not the target's");
  if (scheme !== "dynamodb") throw wrong(text, `${scheme}:// is no store of journals; there is dynamodb://`);
  if (!TABLE.test(table))
    throw wrong(text, `${JSON.stringify(table)} is no name of a table: 3 to 255 letters, digits, _, . and -`);
  return { table, ...optionsIn(text, query) };
}

function optionsIn(text: string, query: string): { readonly region?: string; readonly profile?: string } {
  const found = new URLSearchParams(query);
  const unknown = [...found.keys()].find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined)
    throw wrong(text, `${JSON.stringify(unknown)} is not known; there is: ${Object.keys(OPTIONS).join(", ")}`);
  const read = Object.entries(OPTIONS).flatMap(([name, [form, wanted]]) => {
    const values = found.getAll(name);
    if (values.length > 1) throw wrong(text, `${name} is given twice`);
    const [value] = values;
    if (value !== undefined && !form.test(value)) throw wrong(text, wanted);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(read);
}

const wrong = (text: string, why: string): Error =>
  usageError("journal-address", `the journal's address ${JSON.stringify(text)} does not fit: ${why}`, [EXAMPLE]);
