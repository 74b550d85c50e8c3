import type { Service } from "./ecs.ts";

/** The percents of Vulcan's document. More room of one's own stays. */
const MINIMUM = 100;
const MAXIMUM = 200;

/** Deployment settings as the document has them; what ECS does not say is absent. */
export interface DocumentedDeployment {
  readonly least?: number;
  readonly most?: number;
  /** Circuit breaker with rollback. */
  readonly breaker?: true;
}

/** What the service should have: 100 % to 200 % at least, circuit breaker with rollback. */
export const documentedDeploymentOf = ({
  minimumHealthyPercent,
  maximumPercent,
  breaker,
}: Service): DocumentedDeployment => ({
  ...(minimumHealthyPercent !== undefined && { least: Math.max(minimumHealthyPercent, MINIMUM) }),
  ...(maximumPercent !== undefined && { most: Math.max(maximumPercent, MAXIMUM) }),
  ...(breaker && { breaker: true }),
});

/** The member of UpdateService. It is one structure of ECS: a request has all of it, so that no part reverts another. */
export const deploymentConfiguration = ({ least, most, breaker }: DocumentedDeployment) => ({
  ...(breaker && { deploymentCircuitBreaker: { enable: true, rollback: true } }),
  ...(least !== undefined && { minimumHealthyPercent: least }),
  ...(most !== undefined && { maximumPercent: most }),
});
