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
