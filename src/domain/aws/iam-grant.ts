/**
 * One statement of a policy: actions, and the resources that they are limited to. Text in braces is filled in from
 * the target. Resources and conditions are those that the Service Authorization Reference has for the action. [D]
 */
export interface Grant {
  readonly sid: string;
  /** For people: what it allows. */
  readonly purpose: string;
  readonly actions: readonly string[];
  /** `*` where AWS knows no resource for the action, or where no name of it is known beforehand. */
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>;
