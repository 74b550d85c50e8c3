import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { BucketShare, countByBucket } from "../../domain/fleet/buckets.ts";
import type { BlockedTarget } from "../../domain/fleet/fleet-plan.ts";
import { blocks, type Plan } from "../../domain/plan.ts";
import type { Clock } from "../../domain/ports.ts";

/** A target that is to be planned, and what shares its buckets. */
export interface ToPlan {
  readonly target: string;
  readonly accountRegion: string;
}

/** Makes one plan, by reads alone. `sent` is told each read's action; `begin` is waited for before the first read. */
export type MakePlan<Saved> = (
  target: string,
  reading: { sent(action: string): void; begin(clock: Clock): Promise<void> },
) => Promise<{ readonly plan: Plan; readonly saved: Saved }>;

export interface PlannedTargets<Saved> {
  readonly planned: ReadonlyMap<string, { readonly plan: Plan; readonly saved: Saved }>;
  readonly unchanged: readonly string[];
  readonly blocked: readonly BlockedTarget[];
  /** When the last of all plans was made; RFC 3339, UTC. Absent where none could be. */
  readonly at?: string;
}

/** A plan waits for AWS most of its time. */
export const PLANS_AT_ONCE = 12;

/**
 * Plans every target, a few at a time, within our half of each bucket of ECS. The first plan of an account-Region is made
 * alone: the reads that it sends are what each later one reserves before it begins, so that no read inside a plan has to
 * wait, which would be taken for an answer that is late. What a plan reads beyond that is paid for by the next one.
 * Rejects when `stop` aborts, with what is no OpsError, and with the first error where it is that of every target.
 */
export async function planTargets<Saved>(
  targets: readonly ToPlan[],
  make: MakePlan<Saved>,
  { stop, progress }: { readonly stop: AbortSignal; progress(done: number): void },
): Promise<PlannedTargets<Saved>> {
  const pacers = new Map<string, Pacer>();
  const results = new Map<string, PlanResult<Saved>>();
  const left = [...targets];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      stop.throwIfAborted();
      const { target, accountRegion } = next;
      const pacer = pacers.get(accountRegion) ?? new Pacer(stop);
      pacers.set(accountRegion, pacer);
      results.set(target, await planOne(target, pacer, make));
      progress(results.size);
    }
  };
  await Promise.all(Array.from({ length: PLANS_AT_ONCE }, work));
  return sorted(targets, results);
}

type PlanResult<Saved> = { readonly plan: Plan; readonly saved: Saved } | { readonly error: OpsError };

async function planOne<Saved>(target: string, pacer: Pacer, make: MakePlan<Saved>): Promise<PlanResult<Saved>> {
  const turn = await pacer.turn();
  try {
    return await make(target, turn);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return { error };
  } finally {
    turn.end();
  }
}

/** Gives each plan of one account-Region its turn. */
class Pacer {
  readonly #share = new BucketShare();
  readonly #stop: AbortSignal;
  #usual: ReadonlyMap<string, number> | undefined;
  /** Resolves once the first plan has ended. */
  #first: Promise<void> | undefined;

  constructor(stop: AbortSignal) {
    this.#stop = stop;
  }

  async turn() {
    if (this.#first !== undefined) await this.#first;
    let isOver = () => {};
    this.#first ??= new Promise((resolve) => {
      isOver = resolve;
    });
    const actions: string[] = [];
    const reserved = this.#usual ?? new Map<string, number>();
    let clock: Clock | undefined;
    return {
      sent: (action: string) => void actions.push(action),
      begin: async (its: Clock) => {
        clock = its;
        await its.sleep(this.#share.reserve(reserved, its.now()), this.#stop);
      },
      end: () => {
        const read = countByBucket(actions);
        if (clock !== undefined) this.#share.reserve(beyond(read, reserved), clock.now());
        this.#usual = mostOf(this.#usual, read);
        isOver();
      },
    };
  }
}

/** What was read beyond what was reserved; fewer than none where it was less. */
function beyond(read: ReadonlyMap<string, number>, reserved: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const names = [...new Set([...read.keys(), ...reserved.keys()])];
  return new Map(names.map((name) => [name, (read.get(name) ?? 0) - (reserved.get(name) ?? 0)]));
}

function mostOf(usual: ReadonlyMap<string, number> = new Map(), read: ReadonlyMap<string, number>) {
  const names = [...new Set([...usual.keys(), ...read.keys()])];
  return new Map(names.map((name) => [name, Math.max(usual.get(name) ?? 0, read.get(name) ?? 0)]));
}

function sorted<Saved>(
  targets: readonly ToPlan[],
  results: ReadonlyMap<string, PlanResult<Saved>>,
): PlannedTargets<Saved> {
  const planned = new Map<string, { readonly plan: Plan; readonly saved: Saved }>();
  const unchanged: string[] = [];
  const blocked: BlockedTarget[] = [];
  for (const { target } of targets) {
    const result = results.get(target);
    if (result === undefined) continue;
    if ("error" in result) blocked.push(blockedBy(target, result.error));
    else if (firstBlock(result.plan) !== undefined) blocked.push(firstBlock(result.plan) as BlockedTarget);
    else if (!changesAnything(result.plan)) unchanged.push(target);
    else planned.set(target, result);
  }
  const errors = [...results.values()].flatMap((one) => ("error" in one ? [one.error] : []));
  const [error] = errors;
  if (error !== undefined && errors.length === results.size && isOfAll(errors)) throw error;
  const at = [...results.values()]
    .flatMap((one) => ("plan" in one ? [one.plan.at] : []))
    .sort()
    .at(-1);
  return { planned, unchanged, blocked, ...(at !== undefined && { at }) };
}

/** The same for each target, and about none of them: credentials, network, the runbook's inputs. */
const isOfAll = (errors: readonly OpsError[]): boolean =>
  new Set(errors.map(({ detail }) => detail.code)).size === 1 && errors[0]?.exitCode !== EXIT.guarded;

function blockedBy(target: string, { detail }: OpsError): BlockedTarget {
  return { target, code: detail.code, reason: detail.message, next: detail.next ?? [] };
}

function firstBlock(plan: Plan): BlockedTarget | undefined {
  const [finding] = [...plan.steps, ...plan.finally].flatMap(blocks);
  if (finding === undefined) return undefined;
  return { target: plan.target.name, code: finding.code, reason: finding.text, next: finding.next ?? [] };
}

/** A step that is planned only after an earlier one may change something. */
const changesAnything = ({ steps }: Plan): boolean =>
  steps.some(({ operation, readiness, risk }) => operation !== null || (readiness === "deferred" && risk !== "read"));
