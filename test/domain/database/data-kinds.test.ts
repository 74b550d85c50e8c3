import { expect, it } from "vitest";
import { keptKinds } from "../../../src/domain/database/data-kinds.ts";

const ALL = {
  ...{ tenants: ["tenants", "users"], assets: ["nodes"], findings: ["findings"], credentials: ["credentials"] },
  ...{ audit: ["audit_log"], documents: ["documents"], jobs: ["jobs"], licences: ["licences"] },
};
const ROWS = {
  ...{ tenants: 2, users: 9, nodes: 40, findings: 7, credentials: 3 },
  ...{ audit_log: 900, documents: 0, jobs: 4, licences: 2 },
};

it("each kind whose tables are all counted, and have no fewer rows, is kept", () => {
  expect(keptKinds(ALL, ROWS, { ...ROWS, audit_log: 950 })).toEqual({ proof: "8/8 kinds of data kept", doubts: [] });
});

it("what is not shown of a kind is a doubt with its reason, and never counts as kept", () => {
  const { jobs: _, ...named } = ALL;
  const { licences: __, ...after } = ROWS;
  const before = { ...ROWS, credentials: null };
  expect(keptKinds({ ...named, assets: ["nodes", "edges"] }, before, { ...after, users: 8 })).toEqual({
    proof: "3/8 kinds of data kept",
    doubts: [
      "tenants and users (users has fewer rows)",
      "discovered assets (there was no table edges)",
      "credentials (credentials was not counted)",
      "scheduled jobs (dataTables names no table)",
      "license information (table licences is gone)",
    ],
  });
});
