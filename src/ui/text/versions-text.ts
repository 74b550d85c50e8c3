/** Versions in their order: `1 to 4, 8`. */
export function versionsText(versions: readonly number[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const version of versions) {
    const last = runs.at(-1);
    if (last !== undefined && version === last.to + 1) last.to = version;
    else runs.push({ from: version, to: version });
  }
  return runs.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ");
}
