import { expect, it } from "vitest";
import { announcement } from "../../src/domain/announcement.ts";

const OCCASION = { service: "vulcan-prod", opens: "2026-07-10T22:30:00.000Z", closes: "2026-07-11T00:30:00.000Z" };

it("an announcement names its moments in UTC, and in the zone of the target", () => {
  const zone = "Europe/Berlin";
  expect(announcement("advance", OCCASION)).toContain("2026-07-10 22:30 to 2026-07-11 00:30 UTC. The");
  expect(announcement("advance", { ...OCCASION, zone })).toContain(
    "2026-07-10 22:30 to 2026-07-11 00:30 UTC (00:30 to 02:30 CEST). The",
  );
  expect(announcement("start", { ...OCCASION, zone })).toContain("ends by 2026-07-11 00:30 UTC (02:30 CEST). The");
  expect(announcement("end", { ...OCCASION, zone })).toBe(
    "Maintenance of vulcan-prod has ended. The service runs at its usual size.",
  );
});

it("the end says what came of the execution, and where it acted", () => {
  const identity = "PRODUCTION vulcan-prod · 111122223333 · eu-west-1";
  const outcome = "Migrated vulcan-prod to 8 with 2.0.0 (:43): migrations 6 → 8, 3/3 healthy, STABLE";
  expect(announcement("end", { ...OCCASION, report: { identity, outcome } })).toBe(
    `Maintenance of vulcan-prod has ended. ${outcome}. The service runs at its usual size. ${identity}`,
  );
  expect(announcement("stopped", { ...OCCASION, report: { identity } })).toContain(` ${identity}`);
  expect(announcement("start", { ...OCCASION, report: { identity, outcome } })).not.toContain(identity);
});
