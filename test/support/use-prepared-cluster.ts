import { inject } from "vitest";
import { usePreparedCluster } from "../../src/sandbox/postgres/prepared-cluster.ts";

usePreparedCluster(inject("cluster"));
