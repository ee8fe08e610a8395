import { withheld, withoutConfidential } from "../../src/audit/core/withheld";
import type { Actor, StaffRole } from "../../src/auth/core/actor";

const staff = (role: StaffRole): Actor => ({ kind: "staff", actorId: "s", roles: new Set([role]) });
const program = { code: "stars", valueMinor: "5", valuePoints: "1", revision: 2 };

test("names what a program is worth to its issuer without telling it to risk, who reads the log", () => {
  expect(withoutConfidential(staff("RISK"), "Program:1", program)).toEqual({
    ...program,
    valueMinor: withheld,
    valuePoints: withheld,
  });
});

test("tells it to auditors", () => {
  expect(withoutConfidential(staff("AUDITOR"), "Program:1", program)).toBe(program);
});

test.each([null, "text", ["valueMinor"], 5])("leaves a content of %j as it is", (content) => {
  expect(withoutConfidential(staff("RISK"), "Program:1", content)).toBe(content);
});

test("leaves fields of that name alone in entries about other things", () => {
  expect(withoutConfidential(staff("RISK"), "Offer:1", program)).toBe(program);
});
