import { commandLine, option } from "../command-line.ts";

/** What `aws` does not know when a line is pasted, because it was given to this program: by flags or by its files. */
export interface GivenPlace {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** The AWS CLI refuses even this one with a profile that there is not. */
export const LIST_PROFILES = "aws configure list-profiles";

/** A quoted word, or `aws` where the shell looks for a program. */
const QUOTED_OR_AWS = /'[^']*'|(^|&& |\| |\$\()aws (?=[a-z])/g;

/**
 * The line as it has to be pasted: the AWS CLI then uses the profile and the region that this program uses. Anything
 * else stays as it is. The AWS CLI reads the endpoint of a profile by itself (from 2.13 and 1.29 on).
 */
export function asPasted(line: string, { region, profile }: GivenPlace): string {
  if (!line.startsWith("aws ")) return line;
  const isPlaced = / --region[ =]/.test(line) || /^aws (sso|configure|login)( |$)/.test(line);
  const hasProfile = / --profile[ =]/.test(line) || line === LIST_PROFILES;
  const words = [
    ...(profile === undefined || hasProfile ? [] : option("profile", profile)),
    ...(region === undefined || isPlaced ? [] : option("region", region)),
  ];
  if (words.length === 0) return line;
  return line.replace(QUOTED_OR_AWS, (match, before?: string) =>
    before === undefined ? match : `${before}${commandLine`aws ${words} `}`,
  );
}
