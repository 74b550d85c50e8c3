/** The tag on what this product makes (an instance, a revision); its value is the attempt's key. */
export const EXECUTION_TAG = "vulcan-ops:execution";

/** The `startedBy` of a task for RunTask; at most 128 characters. */
export const startedBy = (key: string): string => `vulcan-ops/${key}`;
