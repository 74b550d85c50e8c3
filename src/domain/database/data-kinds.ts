/** The eight kinds of data that Vulcan's document says an upgrade preserves, by the key of the setting `dataTables`. */
export const DATA_KINDS = {
  tenants: "tenants and users",
  assets: "discovered assets",
  findings: "compliance findings",
  credentials: "credentials",
  audit: "audit logs",
  documents: "generated documents",
  jobs: "scheduled jobs",
  licences: "license information",
} as const;

export type DataKind = keyof typeof DATA_KINDS;

/** Which tables hold a kind, by their names as the database shows them. Which they are Vulcan does not document. */
export type DataTables = Readonly<Partial<Record<DataKind, readonly string[]>>>;

/** Exact number of rows of each table; null where it could not be counted exactly. */
type Rows = Readonly<Record<string, number | null>>;

/** `8/8 kinds of data kept`; each kind of which that is not shown, with the reason. */
export interface KeptKinds {
  readonly proof: string;
  readonly doubts: readonly string[];
}

/** What two counts of rows tell of each kind. That rows are missing at all is told by the comparison of tables. */
export function keptKinds(named: DataTables, before: Rows, after: Rows): KeptKinds {
  const kinds = Object.keys(DATA_KINDS) as DataKind[];
  const doubts = kinds.flatMap((kind) => {
    const why = doubtOf(named[kind] ?? [], before, after);
    return why === undefined ? [] : [`${DATA_KINDS[kind]} (${why})`];
  });
  return { proof: `${kinds.length - doubts.length}/${kinds.length} kinds of data kept`, doubts };
}

function doubtOf(tables: readonly string[], before: Rows, after: Rows): string | undefined {
  if (tables.length === 0) return "dataTables names no table";
  const [why] = tables.flatMap((table) => {
    const [was, is] = [before[table], after[table]];
    if (was === undefined) return [`there was no table ${table}`];
    if (is === undefined) return [`table ${table} is gone`];
    if (was === null || is === null) return [`${table} was not counted`];
    return is < was ? [`${table} has fewer rows`] : [];
  });
  return why;
}
