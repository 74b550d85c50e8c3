/** Where a resource lies, by its own name. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/** `arn:aws:secretsmanager:eu-west-1:111122223333:secret:…`; undefined where the name does not say where it lies. */
export function homeOf(arn: string): Home | undefined {
  const [arnWord, , , region, account] = arn.split(":");
  return arnWord === "arn" && region && account ? { region, account } : undefined;
}
