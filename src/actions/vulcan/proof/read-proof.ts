import { ok, warn } from "../../../domain/finding.ts";
import { lintFindings } from "../../../domain/lint.ts";
import type { ProofAnswer, ProofQuestion, ProvenMigration } from "../../../domain/migrations/proof.ts";
import type { Finding } from "../../../domain/operation.ts";
import type { PlanFact } from "../../../domain/plan.ts";
import type { ActionReadContext } from "../../../domain/services.ts";
import { withTimeLimit } from "../../../domain/time-limit.ts";
import { describeProof } from "./describe-proof.ts";
import { type MigratingImage, whyNotOfImage } from "./migrating-image.ts";

/** What a run on a throw-away server tells of the migrations that a change applies or rolls back. */
export interface MigrationsProof {
  readonly facts: readonly PlanFact[];
  readonly findings: readonly Finding[];
  /** `proven in the database's own schema, on PostgreSQL 16.14`, or `not proven: why`. */
  readonly text: string;
  readonly migrations: readonly ProvenMigration[];
  /** The source is that of the image, by its label and its commit. */
  readonly isOfImage: boolean;
}

/** A plan waits for it so long (ms): a start of the server, and some seconds for hundreds of migrations. */
const LIMIT_MS = 60_000;

/** Migrations that have a row of their own. */
const MOST_SHOWN = 8;

/**
 * Never rejects. What is not proven is said so, with the reason; nothing is proven for another image than the source's.
 * Without a source nothing is read, not even the image.
 */
export async function readProof(
  question: ProofQuestion,
  image: () => Promise<MigratingImage>,
  { services }: ActionReadContext,
): Promise<MigrationsProof> {
  const { proofs } = services.schema;
  if (question.versions.length === 0) return { facts: [], findings: [], text: "", migrations: [], isOfImage: false };
  if (proofs === undefined) return unproven("no --migrations-file", []);
  const [answer, other] = await Promise.all([
    withTimeLimit(LIMIT_MS, proofs.prove(question)).catch(
      (error: Error) => ({ kind: "unproven", why: error.message }) as const,
    ),
    image()
      .then((one) => whyNotOfImage(one, proofs))
      .catch((error: Error) => error.message),
  ]);
  if (answer.kind === "unproven") return unproven(answer.why, [notProven(answer.why)]);
  return proven(answer, other);
}

const unproven = (why: string, findings: readonly Finding[]): MigrationsProof => ({
  facts: [],
  findings,
  text: `not proven: ${why}`,
  migrations: [],
  isOfImage: false,
});

const notProven = (why: string): Finding =>
  warn("migrations-not-proven", `the migrations are not proven: ${why}`, ["vulcan-ops migrate prove"]);

/** `other`: why the source is not known to be the image's. */
function proven(answer: Extract<ProofAnswer, { kind: "run" }>, other: string | undefined): MigrationsProof {
  const { proof, lint, how } = answer;
  const { migrations } = proof;
  const isOfImage = other === undefined;
  const lintedOf = (one: ProvenMigration) => lint?.migrations.find(({ version }) => version === one.version);
  const facts = migrations
    .slice(0, MOST_SHOWN)
    .map((one) => ({ label: "Migration", text: describeProof(one, lintedOf(one), isOfImage) }));
  const more = migrations.length - facts.length;
  const failed = migrations.filter(({ verdict, brokenQueries }) => verdict !== "PROVEN" || brokenQueries.length > 0);
  return {
    facts: more > 0 ? [...facts, { label: "", text: `and ${more} more: vulcan-ops migrate prove` }] : facts,
    findings: [
      ...(isOfImage ? [] : [notOfImage(other)]),
      ...failed.map(asFinding),
      ...lintErrors(lint),
      ...(isOfImage && failed.length === 0 ? [ok("migrations-proven", `every Down is the way back, ${how}`)] : []),
    ],
    text: isOfImage ? `run ${how}` : `not proven for this image: ${other}`,
    migrations,
    isOfImage,
  };
}

const notOfImage = (why: string): Finding =>
  warn("migrations-not-proven", `the migrations are not proven for this image: ${why}`);

function asFinding({ version, description, verdict, why, evidence, brokenQueries }: ProvenMigration): Finding {
  const broken = brokenQueries.map(({ id, calls, why: error }) => `query ${id} (${calls} calls) breaks: ${error}`);
  const reasons = [...(why === "" ? [] : [why]), ...evidence.slice(0, 2), ...broken.slice(0, 2)];
  return warn("migrations-not-proven", `migration ${version} “${description}”: ${verdict}: ${reasons.join("; ")}`, [
    "vulcan-ops migrate prove",
  ]);
}

function lintErrors(lint: Extract<ProofAnswer, { kind: "run" }>["lint"]): readonly Finding[] {
  const errors = lint === undefined ? [] : lintFindings(lint).filter(({ severity }) => severity === "error");
  return errors.map(({ rule, name = rule, message, file = "", line }) =>
    warn("migrations-lint", `${name}: ${file}${line === undefined ? "" : `:${line}`}: ${message}`, ["vulcan-ops lint"]),
  );
}
