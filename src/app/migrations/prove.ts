import type { ProofReport } from "../../domain/migrations/proof.ts";
import { majorOf } from "../../proof/choose-major.ts";
import { proveMigrations } from "../../proof/prove.ts";
import { inFolder, LIMIT_MS, migrationsPath, versionOf } from "../lint.ts";

/** What the operator asks for, as typed. */
export interface ProofRequest {
  readonly path?: string | undefined;
  readonly postgres?: string | undefined;
  readonly from?: string | undefined;
  readonly schema?: string | undefined;
  readonly queries?: string | undefined;
}

/** Proves that each Down is the way back, on this machine alone. Throws OpsError (exit 6) where the request cannot be met. */
export function prove(request: ProofRequest, cwd: string, stop: AbortSignal): Promise<ProofReport> {
  const { path, postgres, schema, queries } = request;
  const from = versionOf(request.from);
  return proveMigrations({
    path: migrationsPath(path, cwd, "vulcan-ops migrate prove migrations.go"),
    major: majorOf(postgres),
    ...(from !== undefined && { from }),
    ...(schema !== undefined && { schema: inFolder(schema, cwd) }),
    ...(queries !== undefined && { queries: inFolder(queries, cwd) }),
    limitMs: LIMIT_MS,
    stop,
  });
}
