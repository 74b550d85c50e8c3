/** The tag on what this product makes (an instance, a revision); its value is the attempt's key. */
export const EXECUTION_TAG = "vulcan-ops:execution";

/** What RunTask is told of whoever starts a task; at most 128 characters. */
export const startedBy = (key: string): string => `vulcan-ops/${key}`;
