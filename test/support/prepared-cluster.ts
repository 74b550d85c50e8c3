import type { TestProject } from "vitest/node";
import { type PreparedCluster, prepareCluster } from "../../src/postgres/prepared-cluster.ts";
import { WorkFolder } from "../../src/postgres/work-folder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly cluster: PreparedCluster;
  }
}

/** Creates one database cluster before all tests. Every sandbox in a test's process starts on a copy of it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const home = await WorkFolder.open();
  try {
    provide("cluster", await prepareCluster(home));
  } catch (error) {
    await home.close();
    throw error;
  }
  return () => home.close();
}
