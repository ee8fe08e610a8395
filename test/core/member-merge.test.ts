import fc from "fast-check";
import { adoptedConsents, type ConsentAnswer } from "../../src/members/core/merge";

const answer = (over: Partial<ConsentAnswer>): ConsentAnswer => ({
  memberId: "target",
  partnerId: "bank",
  purpose: "MARKETING",
  version: 1,
  granted: true,
  wording: "2026-01",
  recordedAt: new Date("2026-01-01T00:00:00Z"),
  recordedBy: "staff",
  ...over,
});
const later = new Date("2026-02-01T00:00:00Z");
const merged = (over: Partial<ConsentAnswer>) => answer({ memberId: "source", ...over });

describe("the consents of a merged member", () => {
  it("do not come where the target answered later", () => {
    expect(adoptedConsents("target", [answer({ recordedAt: later })], [merged({ granted: false })])).toEqual([]);
  });

  it("come as the next version where they were given later", () => {
    const adopted = adoptedConsents("target", [answer({ version: 4 })], [merged({ recordedAt: later, version: 9 })]);
    expect(adopted).toEqual([answer({ recordedAt: later, version: 5 })]);
  });

  it("come as the first version where the target never answered", () => {
    const own = [answer({ purpose: "ANALYTICS" }), answer({ partnerId: "shop" })];
    expect(adoptedConsents("target", own, [merged({ version: 3 })])).toEqual([answer({ version: 1 })]);
  });

  it("count at the same instant only where they refuse", () => {
    expect(adoptedConsents("target", [answer({})], [merged({})])).toEqual([]);
    expect(adoptedConsents("target", [answer({ granted: false })], [merged({ granted: true })])).toEqual([]);
    expect(adoptedConsents("target", [answer({})], [merged({ granted: false })])).toHaveLength(1);
  });

  it("leave the latest answer of the two, whoever merged into whom", () => {
    const instants = fc.integer({ min: 0, max: 3 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)));
    const one = fc.record({ granted: fc.boolean(), recordedAt: instants });
    fc.assert(
      fc.property(one, one, (a, b) => {
        const winner = (own: typeof a, other: typeof a) => {
          const [adopted] = adoptedConsents("target", [answer(own)], [merged(other)]);
          return adopted ? other : own;
        };
        expect(winner(a, b)).toEqual(winner(b, a));
      }),
    );
  });
});
