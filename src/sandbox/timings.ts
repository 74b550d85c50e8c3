/** The source of a timing: the README's marks, in words. */
export type Known = "documented" | "observed" | "inferred" | "source" | "tried";

interface Timing<Value> {
  /** Virtual milliseconds, or a choice. */
  readonly value: Value;
  readonly known: Known;
  readonly summary: string;
}

const seconds = (value: number, known: Known, summary: string): Timing<number> => ({
  value: value * 1000,
  known,
  summary,
});
const choice = (value: boolean, known: Known, summary: string): Timing<boolean> => ({ value, known, summary });

/** Durations, and the choices that AWS's documentation leaves open, each with its default. */
export const TIMINGS = {
  firstTask: seconds(25, "observed", "UpdateService until the first task starts: 5 to 45 s"),
  reaction: seconds(5, "inferred", "how soon the scheduler reacts to anything else"),
  provisioning: seconds(12, "observed", "a task's network interface is attached"),
  pending: seconds(24, "observed", "its image is pulled and its container made"),
  activating: seconds(4, "inferred", "its container has started until it is RUNNING"),
  registration: seconds(5, "inferred", "a target registered until its first health check"),
  settle: seconds(40, "documented", "healthy after this without health check or balancer"),
  deregistration: seconds(10, "observed", "tasks told to stop until their targets are deregistered"),
  drainUnhealthy: choice(false, "inferred", "a target that was never healthy is drained as well"),
  stopping: seconds(2, "inferred", "SIGTERM until a process that goes by itself has gone"),
  deprovisioning: seconds(10, "inferred", "a stopped task's network interface is detached"),
  stoppedKept: seconds(3600, "documented", "STOPPED tasks can be listed"),
  steady: seconds(30, "observed", "old tasks gone until COMPLETED: 10 to 50 s"),
  completeAfterDrain: choice(false, "observed", "COMPLETED waits until old tasks have drained as well"),
  retryFirst: seconds(10, "inferred", "first wait for a task that never ran; it doubles"),
  retryMost: seconds(900, "documented", "longest wait for a task that never ran"),
  stopDeployment: seconds(5, "inferred", "a deployment asked to stop until it is STOPPED"),
  failedShown: seconds(90, "observed", "a tripped deployment is still IN_PROGRESS: up to 2 min"),
  metricLag: seconds(60, "inferred", "a minute of AWS's metrics has ended until it can be read"),
  execAgent: seconds(0, "inferred", "a task is RUNNING until its exec agent is"),
  execFirstRead: seconds(1, "source", "a command has started until its output is first read"),
  execRefusal: seconds(2, "tried", "a command that cannot start until the session says so"),
  execIdle: seconds(1200, "documented", "a session without traffic until it times out"),
  execPausesAlone: choice(true, "inferred", "a terminal waits while its client's socket is lost"),
  restorableLag: seconds(300, "documented", "LatestRestorableTime lags behind"),
  dbCreating: seconds(220, "inferred", "a restore is creating; AWS promises nothing"),
  dbBackingUp: seconds(50, "inferred", "then backing-up"),
  dbModifying: seconds(30, "inferred", "then modifying; any modification"),
  dbConfiguring: seconds(20, "inferred", "each configuring-… state"),
  dbInitializing: seconds(1200, "inferred", "storage is filled from the backup after a restore"),
  dbFirstBackup: seconds(120, "inferred", "a restored instance's first backup begins"),
  dbBackup: seconds(90, "inferred", "an automated backup takes"),
  dbSnapshot: seconds(150, "inferred", "a snapshot takes"),
  dbReaction: seconds(8, "observed", "a modification shows in the status"),
  dbRebooting: seconds(40, "inferred", "a reboot takes"),
  dbRenaming: seconds(60, "inferred", "a rename takes"),
  dbNewName: seconds(600, "documented", "a new name leads to its instance: about 10 min"),
  dbStopping: seconds(120, "inferred", "an instance is stopping"),
  dbStarting: seconds(240, "inferred", "a stopped instance is starting"),
  dbDeleting: seconds(180, "inferred", "a deletion takes"),
  tableCreating: seconds(8, "inferred", "a table of DynamoDB is being made"),
  tableDeleting: seconds(5, "inferred", "a table of DynamoDB is being deleted"),
};

/** Each value by its name; durations are in virtual milliseconds. */
export type Timings = { readonly [Name in keyof typeof TIMINGS]: (typeof TIMINGS)[Name]["value"] };

export const DEFAULT_TIMINGS = Object.fromEntries(
  Object.entries(TIMINGS).map(([name, { value }]) => [name, value]),
) as Timings;

/** Maximum of a timing, in seconds: a day. */
const MAX_SECONDS = 86_400;

/** Reads changes to the defaults: `NAME=SECONDS`, or true or false. The error says what is wrong. */
export function readTimings(words: readonly string[]): Partial<Timings> {
  const read: Record<string, number | boolean> = {};
  for (const word of words) {
    const [, name = "", text = ""] = /^([^=]*)=(.*)$/.exec(word) ?? [];
    if (name === "") throw new Error(`a timing is NAME=SECONDS, not ${JSON.stringify(word)}`);
    if (!Object.hasOwn(TIMINGS, name)) throw new Error(`there is no timing ${JSON.stringify(name)}`);
    if (Object.hasOwn(read, name)) throw new Error(`the timing ${name} was given twice`);
    read[name] = readValue(name as keyof Timings, text);
  }
  return read;
}

function readValue(name: keyof Timings, text: string): number | boolean {
  if (typeof TIMINGS[name].value === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw new Error(`the timing ${name} is true or false, not ${JSON.stringify(text)}`);
  }
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text) && Number(text) > 0 && Number(text) <= MAX_SECONDS) return Number(text) * 1000;
  throw new Error(
    `the timing ${name} is a number of seconds above 0, up to ${MAX_SECONDS}, not ${JSON.stringify(text)}`,
  );
}
