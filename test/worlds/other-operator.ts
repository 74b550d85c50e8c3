import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { LOCK } from "./snapshot.ts";
import { PIPELINE } from "./story.ts";

/** Somebody else takes the target over, on a machine of his own. */
export async function takeLock(sandbox: Sandbox): Promise<void> {
  const since = new Date(sandbox.now()).toISOString();
  const holder = { execution: "b7k2mq", command: "rollback", operator: "bob", host: "elsewhere", since };
  const Value = JSON.stringify(holder);
  await withSsm((ssm) => ssm.send(new PutParameterCommand({ Name: LOCK, Value, Type: "String", Overwrite: true })));
}

export const giveLockBack = (): Promise<unknown> =>
  withSsm((ssm) => ssm.send(new DeleteParameterCommand({ Name: LOCK })).catch(() => undefined));

async function withSsm<T>(work: (ssm: SSMClient) => Promise<T>): Promise<T> {
  const ssm = new SSMClient({ customUserAgent: PIPELINE });
  try {
    return await work(ssm);
  } finally {
    ssm.destroy();
  }
}
