import type { AwsReads } from "./reads.ts";

/** The same reads, each made once: a consistent snapshot for a plan or for all checks, and fewer calls. */
export function readOnce(reads: AwsReads): AwsReads {
  const { ecs, around, rds, watch, mutes, alerts, ...others } = reads;
  return {
    ecs: memoise(ecs),
    around: memoise(around),
    rds: memoise(rds),
    watch: memoise(watch),
    mutes: memoise(mutes),
    alerts: memoise(alerts),
    ...memoise(others),
  };
}

/** Each read made once, by its name and arguments. */
export function memoise<T extends object>(reads: T): T {
  const answers = new Map<string, unknown>();
  const once = (name: string, read: (...args: unknown[]) => unknown) => {
    return (...args: unknown[]) => {
      const key = JSON.stringify([name, args]);
      if (!answers.has(key)) answers.set(key, read(...args));
      return answers.get(key);
    };
  };
  return Object.fromEntries(Object.entries(reads).map(([name, read]) => [name, once(name, read)])) as T;
}
