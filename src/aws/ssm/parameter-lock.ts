import type { SharedHolder, SharedLock } from "../../domain/lock.ts";
import { sanitiseDeep } from "../../domain/sanitise.ts";
import type { Target } from "../../domain/target.ts";
import { within } from "../../domain/time-limit.ts";
import type { Clients } from "../client/clients.ts";
import { translate } from "../client/errors.ts";

const LIMIT_MS = 2000;

/** A command is for people: a parameter holds 4 KB. */
const MOST_OF_A_TEXT = 200;

export function createSharedLock(clients: Clients, target: Target): SharedLock {
  const Name = sharedLockName(target);
  const limited = <T>(call: string, work: (calls: Calls) => Promise<T>) =>
    translated(call, (signal) => work(callsOf(clients, Name, signal)));
  return {
    claim: (holder) => limited("ssm:PutParameter", (calls) => claim(calls, holder)),
    read: () => limited("ssm:GetParameter", (calls) => calls.get()),
    isSame: isSameHolder,
    replace: (holder) => limited("ssm:PutParameter", (calls) => calls.put(holder, true)),
    remove: () => limited("ssm:DeleteParameter", (calls) => calls.remove()),
  };
}

/** Let go of between the two calls: whoever comes next has the same chance as we do, so it is asked for once more. */
async function claim(calls: Calls, holder: SharedHolder): Promise<SharedHolder> {
  for (let asking = 0; asking < 2; asking++) {
    const failure = await calls.put(holder, false).then(
      () => undefined,
      (error: Error) => error,
    );
    if (failure === undefined) return holder;
    if ((failure.cause as Error | undefined)?.name !== "ParameterAlreadyExists") throw failure;
    const other = await calls.get();
    if (other !== undefined) return other;
  }
  throw new Error("it comes and goes");
}

type Calls = ReturnType<typeof callsOf>;

function callsOf(clients: Clients, Name: string, abortSignal: AbortSignal) {
  const call = async <T>(name: string, work: (ssm: Ssm) => Promise<T>): Promise<T> =>
    load(clients)
      .then(work)
      .catch((failure: unknown) => {
        throw translate(failure, `ssm:${name}`);
      });
  return {
    put: (holder: SharedHolder, Overwrite: boolean) =>
      call("PutParameter", async ({ client, PutParameterCommand }) => {
        const input = { Name, Type: "String", Value: written(holder), Overwrite } as const;
        await client.send(new PutParameterCommand(input), { abortSignal });
      }),
    get: () =>
      call("GetParameter", async ({ client, GetParameterCommand }) => {
        const asking = client.send(new GetParameterCommand({ Name }), { abortSignal });
        const answer = await asking.catch(unless("ParameterNotFound"));
        return answer === undefined ? undefined : understood(answer.Parameter?.Value ?? "");
      }),
    remove: () =>
      call("DeleteParameter", async ({ client, DeleteParameterCommand }) => {
        await client.send(new DeleteParameterCommand({ Name }), { abortSignal }).catch(unless("ParameterNotFound"));
      }),
  };
}

/** By the names of cluster and service, also where the target gives their ARNs: account and region are where it lies. */
export function sharedLockName({ cluster, service }: Target): string {
  const [a, b] = [cluster, service].map((name) => (name.split("/").at(-1) ?? "").replace(/[^\w.-]/g, "_"));
  return `/vulcan-ops/locks/${a}/${b}`;
}

/** Whether both were written by the same process. */
function isSameHolder(a: SharedHolder, b: SharedHolder): boolean {
  return asRead(a) === asRead(b);
}

/** What was read has been made safe for a screen; what was written has not. */
function asRead(holder: SharedHolder): string {
  return written(understood(written(holder)));
}

function written({ execution, command, operator, host, since, over, released }: SharedHolder): string {
  const texts = { execution, command, operator, host, since, ...(over === undefined ? {} : { over }) };
  const short = Object.entries(texts).map(([name, text]) => [name, text.slice(0, MOST_OF_A_TEXT)]);
  return JSON.stringify({ ...Object.fromEntries(short), ...(released === true ? { released } : {}) });
}

/** Nothing else is shown as an id: people type it and paste it. */
const ID = /^[0-9a-z]{4,12}$/;

/** What somebody else's hand has written holds as well; it can be taken over by the name it is given here. */
function understood(text: string): SharedHolder {
  const { execution, command, operator, host, since, over, released } = sanitiseDeep(parsed(text));
  return {
    execution: typeof execution === "string" && ID.test(execution) ? execution : "unreadable",
    command: textOr(command, "unknown"),
    operator: textOr(operator, "unknown"),
    host: textOr(host, "unknown"),
    since: textOr(since, "unknown"),
    ...(typeof over === "string" ? { over } : {}),
    ...(released === true ? { released } : {}),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOr(value: unknown, other: string): string {
  return typeof value === "string" && value !== "" ? value : other;
}

type Ssm = Awaited<ReturnType<typeof load>>;

async function load(clients: Clients) {
  const [client, sdk] = await Promise.all([clients.ssm(), import("../sdk/ssm.ts")]);
  return { ...sdk, client };
}

/** The limit also ends what does not listen to a signal, such as a credentials helper that hangs. */
async function translated<T>(call: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    return await within(LIMIT_MS, work(over.signal));
  } catch (failure) {
    throw translate(failure, call);
  } finally {
    over.abort();
  }
}

function unless(name: string) {
  return (failure: unknown): undefined => {
    if ((failure as Error).name !== name) throw failure;
    return undefined;
  };
}
