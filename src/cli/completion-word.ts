/** The first word of the calls that the shells make. It is no command: no help lists it. */
export const COMPLETE = "__complete";
