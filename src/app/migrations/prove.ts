import type { ProofReport } from "../../domain/migrations/proof.ts";
import type { Environment } from "../../domain/ports.ts";
import { majorLike, majorOf } from "../../proof/choose-major.ts";
import { proveMigrations } from "../../proof/prove.ts";
import { inFolder, LIMIT_MS, liveTargetOf, migrationsPath, versionOf } from "../lint.ts";
import type { Access } from "../open-target.ts";

/** What the operator asks for, as typed. */
export interface ProofRequest extends Access {
  readonly path?: string | undefined;
  readonly postgres?: string | undefined;
  readonly from?: string | undefined;
  readonly schema?: string | undefined;
  readonly queries?: string | undefined;
}

/**
 * Proves that each Down is the way back: on this machine alone, or with a target in its schema and by the queries of its
 * images. Throws OpsError (exit 6) where the request cannot be met.
 */
export async function prove(request: ProofRequest, cwd: string, environment: Environment): Promise<ProofReport> {
  const { path, postgres, schema } = request;
  const typed = majorOf(postgres, COMMAND);
  const from = versionOf(request.from);
  const live = await liveTargetOf(request, environment, COMMAND);
  const seen = live?.queries.known === true ? live.queries.value : undefined;
  const queries = request.queries === undefined ? seen : inFolder(request.queries, cwd);
  return proveMigrations({
    path: migrationsPath(path, cwd, "vulcan-ops migrate prove migrations.go"),
    major: live === undefined || postgres !== undefined ? typed : majorLike(live.release.major),
    ...(from !== undefined && { from }),
    ...(schema !== undefined && { schema: inFolder(schema, cwd) }),
    live,
    queries,
    limitMs: LIMIT_MS,
    stop: environment.stop,
  });
}

const COMMAND = "migrate prove";
