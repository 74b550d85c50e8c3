// Not in src/aws/sdk: the roles are the operator's own, and need no permission of this program's policy.
export { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
