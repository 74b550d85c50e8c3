/** The longest text that is read at all. */
export const MAX_BYTES = 128 * 1024;
export const MAX_KEYS = 1000;
/** Every token that is neither white space nor a comment may cost the parser a node or an error. */
export const MAX_PARTS = 8000;
export const MAX_DEPTH = 32;

export const TOO_LONG = `the text is longer than ${MAX_BYTES / 1024} KiB`;
export const TOO_DEEP = `the text is nested more than ${MAX_DEPTH} levels deep`;
export const TOO_MANY_KEYS = `the text has more than ${MAX_KEYS} keys`;
export const TOO_MANY_PARTS = `the text has more than ${MAX_PARTS} values and signs`;
