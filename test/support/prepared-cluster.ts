import type { TestProject } from "vitest/node";
import { type PreparedCluster, prepareCluster } from "../../src/sandbox/postgres/prepared-cluster.ts";
import { SandboxFolder } from "../../src/sandbox/work-dir.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly cluster: PreparedCluster;
  }
}

/** Creates one database cluster before all tests. Every sandbox in a test's process starts on a copy of it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const home = await SandboxFolder.open();
  try {
    provide("cluster", await prepareCluster(home));
  } catch (error) {
    await home.close();
    throw error;
  }
  return () => home.close();
}
