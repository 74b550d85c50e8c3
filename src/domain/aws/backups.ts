import type { Settings } from "./rds.ts";

/** The moments that RDS can restore. */
export interface RestoreWindow {
  /** RFC 3339; absent where RDS does not say from when. */
  readonly earliest?: string;
  /** RFC 3339 */
  readonly latest: string;
}

/** Automated backups of one instance, which may be deleted. */
export interface AutomatedBackup {
  readonly resourceId: string;
  /** active, creating, or retained: its instance is deleted. */
  readonly status: string;
  readonly window?: RestoreWindow;
  /** What the backup holds of its instance's settings; no group and no class. [D: DBInstanceAutomatedBackup] */
  readonly settings: Settings;
}

export interface Snapshot {
  readonly id: string;
  /** manual, automated, shared, public, awsbackup. */
  readonly type: string;
  readonly status: string;
  /** RFC 3339; absent until it is there. */
  readonly createdAt?: string;
}

/** An Aurora or a Multi-AZ DB cluster. */
export interface Cluster {
  readonly id: string;
  readonly engine: string;
  readonly window?: RestoreWindow;
  readonly settings: Settings;
}
