import { isExecutionId } from "../../domain/execution.ts";
import { objectIn, textOr } from "../../domain/json.ts";
import {
  NOT_RECORDED,
  type SharedHolder,
  type SharedLock,
  UNREADABLE_LOCK,
  type UnsharedRecords,
} from "../../domain/lock.ts";
import { sanitiseDeep } from "../../domain/sanitise.ts";
import type { Target } from "../../domain/target.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import type { Clients } from "../client/clients.ts";
import { translate } from "../client/errors.ts";
import { needed } from "../client/needed.ts";

const LIMIT_MS = 2000;

/** Longer texts are cut: they are for people, and a parameter holds 4 KB. */
const MOST_OF_A_TEXT = 200;

/** Of executions whose records stayed on their machines, the newest are named. */
const MOST_LEFT = 8;

const MOST_OF_A_NAME = 60;

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

/** If the lock is released between the two calls, claim it once more. Other operators have the same chance. */
async function claim(calls: Calls, holder: SharedHolder): Promise<SharedHolder> {
  for (let attempt = 0; attempt < 2; attempt++) {
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
        const input = { Name, Type: "String", Value: serialise(holder), Overwrite } as const;
        await client.send(new PutParameterCommand(input), { abortSignal });
      }),
    get: () =>
      call("GetParameter", async ({ client, GetParameterCommand }) => {
        const request = client.send(new GetParameterCommand({ Name }), { abortSignal });
        const answer = await request.catch(unless("ParameterNotFound"));
        if (answer === undefined) return undefined;
        return parseHolder(needed(needed(answer.Parameter, "Parameter").Value, "Value"));
      }),
    remove: () =>
      call("DeleteParameter", async ({ client, DeleteParameterCommand }) => {
        await client.send(new DeleteParameterCommand({ Name }), { abortSignal }).catch(unless("ParameterNotFound"));
      }),
  };
}

/** Uses the names of cluster and service, even if the target gives ARNs: the parameter has their account and region. */
export function sharedLockName({ cluster, service }: Target): string {
  const [a, b] = [cluster, service].map((name) => (name.split("/").at(-1) ?? "").replace(/[^\w.-]/g, "_"));
  return `/vulcan-ops/locks/${a}/${b}`;
}

/** Whether both were written by the same process, whatever others had left beside it. */
function isSameHolder({ left: _, ...a }: SharedHolder, { left: __, ...b }: SharedHolder): boolean {
  return asRead(a) === asRead(b);
}

/** A holder that we read is safe for a screen; one that we wrote is not. Compare both in the form that we read. */
function asRead(holder: SharedHolder): string {
  return serialise(parseHolder(serialise(holder)));
}

function serialise({
  execution,
  command,
  operator,
  host,
  machine,
  since,
  tookOverFrom,
  isUnshared,
  released,
  left,
}: SharedHolder): string {
  const texts = {
    execution,
    command,
    operator,
    host,
    ...(machine === undefined ? {} : { machine }),
    since,
    ...(tookOverFrom === undefined ? {} : { over: tookOverFrom }),
  };
  const short = Object.entries(texts).map(([name, text]) => [name, text.slice(0, MOST_OF_A_TEXT)]);
  return JSON.stringify({
    ...Object.fromEntries(short),
    ...(isUnshared === true ? { unshared: true } : {}),
    ...(released === true ? { released } : {}),
    ...(left === undefined || left.length === 0 ? {} : { left: left.slice(-MOST_LEFT).map(shortened) }),
  });
}

const shortened = ({ execution, operator, host, to }: UnsharedRecords) => ({
  execution,
  operator: operator.slice(0, MOST_OF_A_NAME),
  host: host.slice(0, MOST_OF_A_NAME),
  to,
});

/** A parameter that was written by hand holds the lock, too. It can be taken over by the id that it gets here. */
function parseHolder(text: string): SharedHolder {
  const { execution, command, operator, host, machine, since, over, unshared, released, left } = sanitiseDeep(
    objectIn(text),
  );
  return {
    execution: isExecutionId(execution) ? execution : UNREADABLE_LOCK,
    command: textOr(command, NOT_RECORDED),
    operator: textOr(operator, NOT_RECORDED),
    host: textOr(host, NOT_RECORDED),
    ...(typeof machine === "string" && machine !== "" ? { machine } : {}),
    since: textOr(since, NOT_RECORDED),
    ...(typeof over === "string" ? { tookOverFrom: over } : {}),
    ...(unshared === true ? { isUnshared: true } : {}),
    ...(released === true ? { released } : {}),
    ...leftOf(left),
  };
}

function leftOf(value: unknown): Pick<SharedHolder, "left"> {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  const left = entries.flatMap((entry): UnsharedRecords[] => {
    const { execution, operator, host, to } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    if (!isExecutionId(execution) || typeof to !== "number") return [];
    return [{ execution, operator: textOr(operator, NOT_RECORDED), host: textOr(host, NOT_RECORDED), to }];
  });
  return left.length === 0 ? {} : { left };
}

type Ssm = Awaited<ReturnType<typeof load>>;

async function load(clients: Clients) {
  const [client, sdk] = await Promise.all([clients.ssm(), import("../sdk/ssm.ts")]);
  return { ...sdk, client };
}

/** The limit also ends work that ignores the signal, such as a credentials helper that hangs. */
async function translated<T>(call: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const aborter = new AbortController();
  try {
    return await withTimeLimit(LIMIT_MS, work(aborter.signal));
  } catch (failure) {
    throw translate(failure, call);
  } finally {
    aborter.abort();
  }
}

function unless(name: string) {
  return (failure: unknown): undefined => {
    if ((failure as Error).name !== name) throw failure;
    return undefined;
  };
}
