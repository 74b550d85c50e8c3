import { randomBytes } from "node:crypto";
import pg from "pg";
import { USER } from "../postgres/cluster.ts";
import { freePort } from "../postgres/free-port.ts";
import { ready } from "../postgres/launch.ts";
import { launchServer } from "../postgres/launch-server.ts";
import type { Major } from "../postgres/majors.ts";
import { placePlainCluster } from "../postgres/prepared-cluster.ts";
import { end } from "../postgres/stop.ts";
import { runnerOf } from "../postgres/system-user.ts";
import { WorkFolder } from "../postgres/work-folder.ts";
import { DATABASE, ROLE, recorderSql } from "./recorder.ts";

/** A throw-away server with one empty database, whose owner may do what an application's role may do on RDS. */
export interface ProofServer {
  /** `18.4` */
  readonly version: string;
  /** A new session of the application's role. The caller ends it. */
  connect(): Promise<pg.Client>;
  /** Ends the session that has this process id, whatever it is doing. */
  terminate(pid: number): Promise<void>;
  /** Replaces the database with an empty one. No session may be connected. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Connections, workers and disk are limited, as the SQL is a stranger's. */
const SETTINGS: readonly string[] = [
  "wal_level=minimal",
  "max_connections=12",
  "max_parallel_workers=0",
  "max_prepared_transactions=0",
  "temp_file_limit=256MB",
];

/** With so few rows each query would read the whole table: here it does so only where no index helps. */
const ROLE_SETTINGS: readonly string[] = ["enable_seqscan = off", "statement_timeout = '30s'", "lock_timeout = '10s'"];

/** Starts the server: about 1 s, and 1 s more where the cluster has to be made. Throws UnfitMachine. */
export async function startProofServer(major: Major): Promise<ProofServer> {
  const home = await WorkFolder.open();
  try {
    const runner = runnerOf(home);
    const folder = home.serverFolder();
    const password = await placePlainCluster(home, folder, runner, major);
    const port = await freePort();
    const watcher = launchServer({ home, folder, port, major, settings: SETTINGS });
    const failure = await ready(watcher);
    if (failure !== undefined) throw new Error(`PostgreSQL did not start: ${failure.trim()}`);
    watcher.unref();
    const close = async (): Promise<void> => {
      await end(watcher, folder);
      await home.close();
    };
    return await prepare({ host: "127.0.0.1", port, user: USER, password }, close);
  } catch (error) {
    await home.close();
    throw error;
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The administrator connects only to databases in which no stranger's SQL has run. */
async function prepare(address: Address, close: () => Promise<void>): Promise<ProofServer> {
  const password = randomBytes(18).toString("base64url");
  const admin = await open({ ...address, database: "postgres" });
  await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${password}'`);
  for (const setting of ROLE_SETTINGS) await admin.query(`ALTER ROLE ${ROLE} SET ${setting}`);
  await admin.query(`CREATE DATABASE ${TEMPLATE} TEMPLATE template0 OWNER ${ROLE}`);
  const template = await open({ ...address, database: TEMPLATE });
  await template.query(recorderSql());
  await template.end();
  const renew = async (): Promise<void> => {
    await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${DATABASE} TEMPLATE ${TEMPLATE} OWNER ${ROLE}`);
  };
  await renew();
  const { rows } = await admin.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  return {
    version: rows[0]?.version ?? "",
    connect: () => open({ ...address, user: ROLE, password, database: DATABASE }),
    terminate: async (pid) => {
      await admin.query("SELECT pg_terminate_backend($1)", [pid]);
    },
    renew,
    close: async () => {
      await admin.end();
      await close();
    },
  };
}

const TEMPLATE = "proof_template";

async function open(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on("error", () => {}); // the running statement reports it
  await client.connect();
  return client;
}
