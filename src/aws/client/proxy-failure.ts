/** The code of every failure that is the proxy's own. */
export const PROXY_FAILURE = "EPROXY";
