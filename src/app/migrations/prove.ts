import type { ProofReport } from "../../domain/migrations/proof.ts";
import { majorOf } from "../../proof/lint.ts";
import { proveMigrations } from "../../proof/prove.ts";
import { firstVersion, inFolder, LIMIT_MS, sourcePath } from "./migrations-source.ts";

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
  const { path, postgres, from, schema, queries } = request;
  return proveMigrations({
    path: sourcePath(path, cwd, "migrate prove"),
    major: majorOf(postgres, "migrate prove"),
    from: firstVersion(from, "migrate prove"),
    ...(schema !== undefined && { schema: inFolder(schema, cwd) }),
    ...(queries !== undefined && { queries: inFolder(queries, cwd) }),
    limitMs: LIMIT_MS,
    stop,
  });
}
