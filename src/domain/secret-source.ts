/** The settings of a target that name where a text is that gives a right; no file holds the text itself. */
export const SECRET_SETTINGS = ["databaseUrlFrom", "adminTokenFrom"] as const;
export type SecretSetting = (typeof SECRET_SETTINGS)[number];

/** What a target's own configuration sets: ARNs. */
export type SecretSettings = Readonly<Partial<Record<SecretSetting, string>>>;

/** The variables that hold the same texts. */
export const SECRET_VARIABLES = {
  databaseUrlFrom: "VULCAN_DATABASE_URL",
  adminTokenFrom: "VULCAN_ADMIN_TOKEN",
} as const satisfies Readonly<Record<SecretSetting, string>>;

/** A secret of Secrets Manager or a parameter of Systems Manager. */
export interface SecretSource {
  readonly service: "secretsmanager" | "ssm";
  /** Without key, stage and version. */
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  /** The member of the JSON object that the text is. */
  readonly key?: string;
  readonly stage?: string;
  readonly version?: string;
}

/**
 * `arn:…:secret:NAME`, the same with `#KEY`, or as a task definition writes it, `arn:…:secret:NAME:KEY:STAGE:VERSION`;
 * `arn:…:parameter/NAME`, also with `#KEY`. No other sign is taken: the text gets into commands that people paste.
 */
export const SECRET_SOURCE =
  /^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,519}(#[\w.@-]{1,128}|:[\w.@-]{0,128}:[\w/+=.@-]{0,256}:[\w-]{0,64})?|ssm:[a-z0-9-]+:\d{12}:parameter\/[\w/.-]{1,1010}(#[\w.@-]{1,128})?)$/;

/** Undefined where the text is none of these forms. */
export function parseSecretSource(text: string): SecretSource | undefined {
  if (!SECRET_SOURCE.test(text)) return undefined;
  const [whole = "", member] = text.split("#");
  const words = whole.split(":");
  const [key = member, stage, version] = words.slice(7);
  return {
    service: words[2] === "ssm" ? "ssm" : "secretsmanager",
    arn: words.slice(0, 7).join(":"),
    region: words[3] ?? "",
    account: words[4] ?? "",
    ...(key && { key }),
    ...(stage && { stage }),
    ...(version && { version }),
  };
}

/** A text that gives a right, and what names it. Nothing but the sender that needs it may read it. */
export interface HeldText {
  /** `VULCAN_DATABASE_URL`, or `databaseUrlFrom`. */
  readonly by: string;
  /** The text, if the environment holds it. Absent: it is in AWS. */
  readonly known?: string;
  /** The text as it is now. Throws OpsError, without the text. */
  read(): Promise<string>;
}

/** Absent: neither variable nor setting. */
export interface HeldTexts {
  readonly databaseUrl?: HeldText;
  readonly adminToken?: HeldText;
}
