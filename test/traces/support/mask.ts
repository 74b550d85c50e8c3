const DAY_MS = 86_400_000;

/** What a run was given by chance, by the name that it gets: ports, folders, keys. */
export type Chances = Readonly<Record<string, string>>;

/**
 * Takes out of a text what two runs of the same thing may differ in: what they were given by chance, their executions'
 * ids, and the day on which they began. The time of day remains, and so does every id that comes from a seed.
 */
export function createMask(start: number, chances: Chances): (text: string) => string {
  const midnight = Math.floor(start / DAY_MS) * DAY_MS;
  const executions = new Map<string, string>();
  const execution = (id: string): string => {
    const name = executions.get(id) ?? `EXECUTION-${executions.size + 1}`;
    executions.set(id, name);
    return name;
  };
  const days = (date: string): string => `D${signed((Date.parse(date) - midnight) / DAY_MS)}`;
  const since = (epoch: string): string => {
    const unit = epoch.length > 10 ? 1 : 1000;
    return `T${signed((Number(epoch) * unit - midnight) / unit)}`;
  };
  return (text) =>
    Object.entries(chances)
      .reduce((masked, [name, value]) => masked.replaceAll(value, name), text)
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
      .replace(/\bx\d{4}\b/g, execution)
      .replace(/\b20\d\d-\d\d-\d\d/g, days)
      .replace(/\b(20\d\d)(\d\d)(\d\d)(?=\d{4}\b)/g, (_, year, month, day) => `${days(`${year}-${month}-${day}`)}T`)
      .replace(/\b1[7-9]\d{8}(?:\d{3})?\b/g, since)
      // As AWS, the sandbox never gives an id of a request twice, whatever the seed.
      .replace(/(?<=request )[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "ID")
      // A fingerprint of migrations, which has the days in it.
      .replace(/(rows, newest \d+, )[0-9a-f]{12}\b/g, "$1FINGERPRINT")
      .replace(/(?<=\(journal )[0-9a-f]{8}(?=\))|(?<="head":")[0-9a-f]{8}(?=")/g, "HEAD")
      // Marks of a command in a container, which no output can forge.
      .replace(/\b[0-9a-f]{16}\b/g, "MARK");
}

const signed = (value: number): string => (value < 0 ? String(value) : `+${value}`);
