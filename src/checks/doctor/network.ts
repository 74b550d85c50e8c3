import { ok, warn } from "../../domain/finding.ts";
import type { Network } from "../../domain/network.ts";
import type { Finding } from "../../domain/operation.ts";
import { sanitise } from "../../domain/sanitise.ts";
import type { DoctorCheck } from "../doctor-subject.ts";

/** The proxy and the CA bundle in use. It finds nothing where the shell names none. */
export const network: DoctorCheck = {
  id: "network",
  question: "Network",
  run: async ({ network: found, env }) => judgeNetwork(found, env),
};

export function judgeNetwork({ proxies, direct, caBundle }: Network, env: NodeJS.ProcessEnv): readonly Finding[] {
  const but = direct.length === 0 ? "" : `, but for ${sanitise(direct.join(", "), { most: 200 })} (NO_PROXY)`;
  const byProxy = (["https", "http"] as const).flatMap((scheme) => {
    const proxy = proxies[scheme];
    return proxy === undefined
      ? []
      : [ok("proxy", `${scheme} goes by the proxy ${proxy.shown} of ${proxy.variable}${but}`)];
  });
  const trust =
    caBundle === undefined
      ? []
      : [
          ok(
            "certificates",
            `certificates are checked by ${sanitise(caBundle.path, { most: 200 })} of ${caBundle.source}`,
          ),
        ];
  const all = ["all_proxy", "ALL_PROXY"].find((name) => env[name]);
  const unused =
    all === undefined || proxies.https !== undefined
      ? []
      : [
          warn("proxy-unused", `${all} is not used, as the AWS CLI does not use it: requests go directly`, [
            `export HTTPS_PROXY="$${all}"`,
          ]),
        ];
  return [...byProxy, ...trust, ...unused];
}
