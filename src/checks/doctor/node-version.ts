import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { DoctorCheck } from "../doctor-subject.ts";

/** Whether this Node runs the program, and how long the AWS SDK will support it. */
export const nodeVersion: DoctorCheck = {
  id: "node",
  question: "Node",
  run: async ({ node }) => [judgeNode(node)],
};

const FIX = ["install Node 22 or 24"];

export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    return block("node-too-old", `${version}; 20.19 or newer is needed`, FIX);
  if (major < 22) return warn("node-old", `${version}; the AWS SDK ends its support for it in January 2027`, FIX);
  return ok("node", version);
}
