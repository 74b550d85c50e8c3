/** One thing that `init` looked for. */
export interface FoundValue {
  /** As the setting is called: `cluster`. */
  readonly name: string;
  /** Absent: not found, or not known. */
  readonly value?: string;
  /** How it was found, or why it was not. */
  readonly why: string;
  /** It is no setting that is written: only evidence, or a thing for one's own file. */
  readonly isNoted?: true;
}

/** What `init` found of a target, in the order in which it is told. */
export interface FoundTarget {
  readonly name: string;
  readonly values: readonly FoundValue[];
  /** Requests go to AWS itself: then the target is production. */
  readonly production: boolean;
}

/** The value that was found for a setting. */
export const foundValue = ({ values }: FoundTarget, name: string): string | undefined =>
  values.find((one) => one.name === name)?.value;
