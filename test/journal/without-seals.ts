/** The journal as release 0.1.0 wrote it: without numbers and checksums. */
export const withoutSeals = (text: string): string =>
  text.replace(/^\{"n":\d+,"prev":"[0-9a-f]*",/gm, "{").replace(/,"sum":"[0-9a-f]+"\}$/gm, "}");
