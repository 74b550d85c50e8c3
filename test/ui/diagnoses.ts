import type { DoctorFinding } from "../../src/domain/diagnosis.ts";

/** Findings as the doctor's checks make them. */
export const FINDINGS: readonly DoctorFinding[] = [
  {
    check: "identity",
    title: "Identity",
    level: "ok",
    evidence: "account 111122223333, the one that the target pins, as arn:aws:iam::111122223333:user/kim",
  },
  { check: "permissions", title: "Permissions", level: "ok", evidence: "16 of 17 reads are allowed" },
  {
    check: "permissions",
    title: "Permissions",
    level: "warn",
    evidence: "missing: logs:GetLogEvents",
    fixes: ["vulcan-ops iam --target prod"],
    policy: ['{"Effect": "Allow", "Action": ["logs:GetLogEvents"], "Resource": "*"}'],
  },
  {
    check: "permissions",
    title: "Permissions",
    level: "untried",
    evidence: "write permissions are not tested: doctor never writes",
    fixes: ["vulcan-ops iam --target prod"],
    policy: ["ecs:UpdateService"],
  },
  {
    check: "capacity",
    title: "Capacity",
    level: "fail",
    evidence:
      "minimum 100 %, maximum 100 %: with 3 tasks ECS can neither start nor stop one, so a rollout stands still",
    fixes: [
      `aws ecs update-service --cluster vulcan-prod --service vulcan-prod --deployment-configuration '{"minimumHealthyPercent":100,"maximumPercent":200}' --region eu-west-1`,
    ],
  },
  { check: "drain", title: "Drain", level: "untried", evidence: "no load balancer stands before the service" },
];
