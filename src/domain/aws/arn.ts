/** The account and region of a resource, from its ARN. */
export interface AccountRegion {
  readonly account: string;
  readonly region: string;
}

/** `arn:aws:secretsmanager:eu-west-1:111122223333:secret:…`; undefined where the name lacks account or region. */
export function accountRegionOf(arn: string): AccountRegion | undefined {
  const [arnWord, , , region, account] = arn.split(":");
  return arnWord === "arn" && region && account ? { region, account } : undefined;
}

/** Whether an ARN is of an SNS topic: the one kind that people get alerts by. */
export const isTopic = (arn: string): boolean => /^arn:[^:]*:sns:/.test(arn);
