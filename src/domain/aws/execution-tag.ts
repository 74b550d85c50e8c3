/** The tag on what this product makes (an instance, a revision); its value is the attempt's key. */
export const EXECUTION_TAG = "vulcan-ops:execution";
