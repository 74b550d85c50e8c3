/** The AWS profile that the operator chose, and by what: `--profile`, a variable, or a file. */
export interface ProfileChoice {
  readonly name: string;
  readonly by: string;
}

/** The flag, unlike a variable or a file, also excludes keys of the environment. */
export const PROFILE_FLAG = "--profile";

/** Where the credentials of this process come from. All its texts are safe to show. */
export interface CredentialSource {
  /** For the screens: "keys of the environment", "profile corp (SSO)". */
  readonly text: string;
  /** The profile that `aws` has to be given for the same identity; absent where it finds it by itself. */
  readonly profile?: string;
  /** What to type for new ones, most likely first. */
  readonly renew: readonly string[];
  /** Whether this program gets new ones by itself when these end. */
  readonly isRenewable: boolean;
  /** They are the environment's: this process never sees others. */
  readonly isFixed?: true;
}

/** What came of asking for credentials: their source, and when they end. */
export interface CredentialLife {
  readonly source: CredentialSource;
  /** Epoch ms. Absent if they never end, or if that is not known. */
  readonly endsAt?: number;
  /** From when it was asked until then, ms. */
  readonly leftMs?: number;
  /** They end, for a session token belongs to them. [D] */
  readonly isTemporary?: true;
}
