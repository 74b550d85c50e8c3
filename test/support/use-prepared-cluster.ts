import { inject } from "vitest";
import { usePreparedCluster } from "../../src/postgres/prepared-cluster.ts";

usePreparedCluster(inject("cluster"));
