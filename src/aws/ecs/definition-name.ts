import { shortName } from "../../domain/aws/ecs.ts";
import { IncompleteAnswer, needed } from "../client/needed.ts";

const FORM = /^[\w-]+:\d+$/;

/** `family:revision`: a number that is none would be shown, compared and sent. Throws `IncompleteAnswer`. */
export function definitionName(arn: string | undefined, member = "taskDefinitionArn"): string {
  const name = shortName(needed(arn, member));
  if (!FORM.test(name)) throw new IncompleteAnswer(`${member} of the form family:revision`);
  return name;
}

/** The same, or an empty text where it is not known. */
export function knownDefinitionName(arn: string | undefined): string {
  const name = shortName(arn);
  return FORM.test(name) ? name : "";
}
