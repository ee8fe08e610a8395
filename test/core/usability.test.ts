import fc from "fast-check";
import type { BenefitTerms } from "../../src/benefits/core/benefit";
import { costShares } from "../../src/entitlements/core/redemption-costs";
import { hashOfUse, useRefusals } from "../../src/entitlements/core/redemption-input";
import { usabilityOf, type AskedUse, type HeldEntitlement, type UseRules } from "../../src/entitlements/core/usability";
import { digestOfCode, makeCode, qrPayloadOf, readCode } from "../../src/entitlements/redemption-code";
import { money } from "../../src/kernel/money";

const at = new Date("2026-06-01T12:00:00Z");
const seconds = (count: number) => new Date(at.getTime() + count * 1_000);
const monthly: BenefitTerms = { kind: "COUNTED_SERVICE", quota: { units: 2, per: "MONTH", carryOver: false } };

const held = (over: Partial<HeldEntitlement> = {}): HeldEntitlement => ({
  ...{ state: "ACTIVE", suspendedFor: [], endedFor: null, quantity: 1, timeZone: "Asia/Shanghai", terms: monthly },
  ...{ validFrom: seconds(-1000), validUntil: new Date("2026-12-31T16:00:00Z"), uses: new Map<string, number>() },
  ...{ grantedAt: seconds(-2000), stateSince: seconds(-2000), ...over },
});
const asked = (over: Partial<AskedUse> = {}): AskedUse => ({ at, units: 1, guests: 0, place: null, ...over });
const anywhere: UseRules = { merchantCodes: [], supplierCode: "wash" };
const judge = (entitlement: HeldEntitlement, use = asked(), rules = anywhere) =>
  usabilityOf(entitlement, use, rules).refusals.map(({ code, possibleAt }) => [code, possibleAt]);

const no = "ENTITLEMENT_NOT_USABLE";
const cover = (waitingDays: number): BenefitTerms => ({
  ...{ kind: "COVER", amount: money(1n, "CNY"), beneficiary: "PET", waitingDays },
});
const lounge: BenefitTerms = { kind: "ACCESS", quota: { units: 2, per: "MONTH", carryOver: false }, guests: 1 };
const cashReturn: BenefitTerms = { kind: "CASH_RETURN", per: "MONTH", steps: [], yearlyMaximum: money(1n, "CNY") };
const suspended = { state: "SUSPENDED", suspendedFor: ["CARD_FROZEN"] } as const;
const ended = { state: "ENDED", endedFor: "SWAPPED" } as const;
const nextMonth = new Date("2026-06-30T16:00:00Z");

describe("an entitlement", () => {
  it.each<[string, HeldEntitlement, AskedUse, unknown[]]>([
    ["is usable", held(), asked(), []],
    ["is not good yet", held({ validFrom: seconds(1) }), asked(), [[no, seconds(1)]]],
    ["is good from its first instant on", held({ validFrom: at }), asked(), []],
    ["is over at its last instant", held({ validUntil: at }), asked(), [[no, null]]],
    ["is good until then", held({ validUntil: seconds(1) }), asked(), []],
    ["rests", held(suspended), asked(), [[no, null]]],
    ["is ended", held(ended), asked(), [[no, null]]],
    ["was active before it rested, for who reports late", held({ ...suspended, stateSince: seconds(1) }), asked(), []],
    ["was active before it ended", held({ ...ended, stateSince: seconds(1) }), asked(), []],
    ["rests from that very instant on", held({ ...suspended, stateSince: at }), asked(), [[no, null]]],
    ["was not granted yet", held({ grantedAt: seconds(1), stateSince: seconds(1) }), asked(), [[no, seconds(1)]]],
    ["has its last unit", held({ uses: new Map([["2026-06-01", 1]]) }), asked(), []],
    ["has none left", held({ uses: new Map([["2026-06-01", 2]]) }), asked(), [["QUOTA_USED", nextMonth]]],
    [
      "has one left of two wanted",
      held({ uses: new Map([["2026-06-01", 1]]) }),
      asked({ units: 2 }),
      [["QUOTA_USED", nextMonth]],
    ],
    ["never has three", held(), asked({ units: 3 }), [["QUOTA_USED", null]]],
    [
      "has none left before its end",
      held({ uses: new Map([["2026-06-01", 2]]), validUntil: nextMonth }),
      asked(),
      [["QUOTA_USED", null]],
    ],
    ["counts twice where it is there twice", held({ quantity: 2, uses: new Map([["2026-06-01", 3]]) }), asked(), []],
    ["has used another month's units", held({ uses: new Map([["2026-05-01", 2]]) }), asked(), []],
    ["is paid by itself", held({ terms: cashReturn }), asked(), [[no, null]]],
    ["waits for its days", held({ terms: cover(1) }), asked(), [[no, new Date("2026-06-01T16:00:00Z")]]],
    ["is covered after them", held({ terms: cover(1), validFrom: new Date("2026-05-31T15:59:59Z") }), asked(), []],
    ["never waits long enough", held({ terms: cover(300) }), asked(), [[no, null]]],
    ["lets no guests in", held(), asked({ guests: 1 }), [["TOO_MANY_GUESTS", null]]],
    ["lets one guest in", held({ terms: lounge }), asked({ guests: 1 }), []],
    [
      "takes a unit for the guest",
      held({ terms: lounge, uses: new Map([["2026-06-01", 1]]) }),
      asked({ guests: 1 }),
      [["QUOTA_USED", nextMonth]],
    ],
  ])("%s", (_, entitlement, use, refusals) => {
    expect(judge(entitlement, use)).toEqual(refusals);
  });

  it("is told every reason at once, in the order in which a person would ask", () => {
    const place = { merchantCode: "elsewhere", partnerCode: "bank" };
    const all = judge(held({ ...suspended, uses: new Map([["2026-06-01", 2]]) }), asked({ place, guests: 1 }));
    expect(all.map(([code]) => code)).toEqual([no, "TOO_MANY_GUESTS", "MERCHANT_NOT_SERVING", "QUOTA_USED"]);
  });

  it.each([
    [["here"], { merchantCode: "here", partnerCode: "bank" }, []],
    [["here"], { merchantCode: "there", partnerCode: "wash" }, ["MERCHANT_NOT_SERVING"]],
    [[], { merchantCode: "any", partnerCode: "wash" }, []],
    [[], { merchantCode: "any", partnerCode: "bank" }, ["MERCHANT_NOT_SERVING"]],
    [["here"], null, []],
  ])("of the merchants %j is at %j refused with %j", (merchantCodes, place, codes) => {
    expect(judge(held(), asked({ place }), { merchantCodes, supplierCode: "wash" }).map(([code]) => code)).toEqual(
      codes,
    );
  });
});

describe("what funders owe", () => {
  it("adds up to the cost for any shares, and each is within a unit for each funder of its part", () => {
    const shares = fc
      .array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 5 })
      .map((parts) => [10_000 - parts.slice(1).reduce((sum, part) => sum + part, 0), ...parts.slice(1)])
      .filter(([first]) => first !== undefined && first > 0);
    fc.assert(
      fc.property(
        shares,
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.integer({ min: 1, max: 1_000 }),
        (parts, cost, units) => {
          const funders = parts.map((basisPoints, place) => ({ partnerCode: `f${place}`, basisPoints }));
          const owed = costShares(money(cost, "CNY"), units, funders);
          const whole = cost * BigInt(units);
          expect(owed.reduce((sum, { amount }) => sum + amount.amountMinor, 0n)).toBe(whole);
          owed.forEach(({ amount }, place) => {
            const off = amount.amountMinor * 10_000n - whole * BigInt(parts[place] ?? 0);
            expect(place === 0 ? off >= 0n && off < 10_000n * BigInt(parts.length) : off <= 0n && off > -10_000n).toBe(
              true,
            );
          });
        },
      ),
    );
  });
});

describe("a one-time code", () => {
  it("is read as it is typed, spoken or scanned, and nothing else is", () => {
    for (let tries = 0; tries < 200; tries += 1) {
      const code = makeCode();
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
      const spoken = code.replaceAll("0", "o").replaceAll("1", "l").toLowerCase();
      for (const text of [code, spoken, `${code.slice(0, 5)}-${code.slice(5)}`, ` ${code} `, qrPayloadOf(code)]) {
        expect(readCode(text)).toBe(code);
      }
    }
    for (const text of ["", "123456789", "12345678901", "123456789U", "12345-6789é", "RDM1:"]) {
      expect(readCode(text)).toBeUndefined();
    }
  });

  it("has another digest under another key", () => {
    const [one, another] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(digestOfCode(one, "0123456789")).toEqual(digestOfCode(one, "0123456789"));
    expect(digestOfCode(one, "0123456789")).not.toEqual(digestOfCode(another, "0123456789"));
  });
});

describe("what is asked", () => {
  const use = { idempotencyKey: "k", units: 1, guests: 0, occurredAt: null };
  const decided = {
    entitlementId: "e",
    merchantId: null,
    outletId: null,
    units: 1,
    guests: 0,
    occurredAt: null,
    intent: "COMPLETE",
  };

  it.each([
    [{ units: 0 }, "INVALID_INPUT"],
    [{ units: 1_001 }, "INVALID_INPUT"],
    [{ guests: -1 }, "INVALID_INPUT"],
    [{ idempotencyKey: " " }, "INVALID_INPUT"],
    [{ idempotencyKey: "\nfence" }, "INVALID_INPUT"],
    [{ occurredAt: seconds(1) }, "INVALID_INPUT"],
    [{ occurredAt: seconds(-90 * 86_400 - 1) }, "WINDOW_CLOSED"],
  ])("is refused with %j", (over, code) => {
    expect(useRefusals({ ...use, ...over }, at).map((refusal) => refusal.code)).toEqual([code]);
  });

  it("may lie exactly ninety days back", () => {
    expect(useRefusals({ ...use, occurredAt: seconds(-90 * 86_400) }, at)).toEqual([]);
  });

  it("has another digest when anything of it differs", () => {
    const others = [
      { units: 2 },
      { guests: 1 },
      { occurredAt: at },
      { merchantId: "m" },
      { outletId: "o" },
      { entitlementId: "f" },
      { intent: "RESERVE" },
    ];
    const digests = [decided, ...others.map((over) => ({ ...decided, ...over }))].map((one) =>
      hashOfUse(one).toString("hex"),
    );
    expect(new Set(digests).size).toBe(others.length + 1);
  });
});
