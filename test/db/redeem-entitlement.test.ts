import { sql } from "drizzle-orm";
import { claimBenefit } from "../../src/entitlements/claim-benefit";
import { checkEntitlement } from "../../src/entitlements/check-entitlement";
import { issueRedemptionCode } from "../../src/entitlements/issue-redemption-code";
import { redeemEntitlement } from "../../src/entitlements/redeem-entitlement";
import {
  completeRedemption,
  confirmRedemption,
  releaseRedemption,
  reverseRedemption,
} from "../../src/entitlements/step-redemption";
import { newId } from "../../src/kernel/ids";
import { mergeMembers } from "../../src/members/merge-members";
import { callers } from "../support/api";
import { entitlementsStage, washes, type EntitlementsStage } from "../support/entitlements-stage";
import type * as Fakes from "../support/fake-benefits";
import { codesOf, noon, valueOf } from "../support/members-stage";

jest.mock(
  "../../src/benefits/published-benefits",
  () => jest.requireActual<typeof Fakes>("../support/fake-benefits").publishedWithFakes,
);

let stage: EntitlementsStage;
const minutes = (count: number) => new Date(noon.getTime() + count * 60_000);

beforeAll(async () => {
  stage = await entitlementsStage();
});

describe("redeeming", () => {
  it("refuses more than the quota has left in the period, and says how much and from when on", async () => {
    const held = await stage.held(stage.benefit());
    valueOf(await stage.redeem(held, { units: 2 }));
    const refused = await stage.redeem(held);
    expect(refused).toEqual({
      ok: false,
      refusals: [
        {
          code: "QUOTA_USED",
          message:
            "0 of 2 units are left in the period from 2026-05-31T16:00:00.000Z to 2026-06-30T16:00:00.000Z; 1 are wanted. " +
            "It may be possible from 2026-06-30T16:00:00.000Z on.",
          path: ["input", "entitlement"],
        },
      ],
    });
    expect(codesOf(await stage.redeem(held, {}, new Date("2026-06-30T16:00:00.000Z")))).toEqual(["done"]);
  });

  it("refuses what is not good yet, not any more, suspended, elsewhere, or not there", async () => {
    const benefitId = stage.benefit();
    const waiting = await stage.held(benefitId, { validFrom: minutes(1) });
    const over = await stage.held(benefitId, { validUntil: noon });
    const frozen = await stage.held(benefitId, { suspendedFor: ["CARD_FROZEN"] });
    for (const held of [waiting, over, frozen]) {
      expect(codesOf(await stage.redeem(held))).toEqual(["ENTITLEMENT_NOT_USABLE"]);
    }
    expect(codesOf(await stage.redeem(waiting, {}, minutes(1)))).toEqual(["done"]);
    const elsewhere = await stage.held(stage.benefit({ merchantCodes: [] }));
    expect(codesOf(await stage.redeem(elsewhere))).toEqual(["MERCHANT_NOT_SERVING"]);
    const others = { ...waiting, entitlementId: over.entitlementId };
    expect(codesOf(await stage.redeem(others))).toEqual(["NOT_FOUND"]);
  });

  it("answers a repeated key with the first redemption, and refuses another use under it", async () => {
    const held = await stage.held(stage.benefit({ stock: { units: 9, per: "MONTH" } }));
    const idempotencyKey = newId();
    const first = valueOf(await stage.redeem(held, { idempotencyKey }));
    const again = valueOf(await stage.redeem(held, { idempotencyKey }, minutes(90)));
    expect(again).toMatchObject({ isRepeated: true, redemption: { redemptionId: first.redemption.redemptionId } });
    expect(codesOf(await stage.redeem(held, { idempotencyKey, units: 2 }))).toEqual(["IDEMPOTENCY_MISMATCH"]);
    expect(await stage.stockOf(held.benefitId)).toMatchObject({ taken: 1, claims: 1 });
  });

  it("tells each funder what it owes, to the fen, and takes it back when it is reversed", async () => {
    const held = await stage.held(stage.benefit());
    const { redemption } = valueOf(await stage.redeem(held, { units: 2 }));
    const { memberId } = held;
    const named = { memberId, redemptionId: redemption.redemptionId };
    valueOf(await reverseRedemption(stage.work(), { ...named, reason: "the machine was broken" }));
    valueOf(await reverseRedemption(stage.work(), named));
    const costs = await stage.costsOf(held);
    expect(costs.map(({ isReversal, funderCode, amountMinor }) => [isReversal, funderCode, amountMinor])).toEqual([
      [false, "bank", 1335n],
      [false, "brand", 667n],
      [true, "bank", -1335n],
      [true, "brand", -667n],
    ]);
    expect(codesOf(await stage.redeem(held, { units: 2 }))).toEqual(["done"]);
    expect(codesOf(await completeRedemption(stage.work(), named))).toEqual(["WRONG_STATE"]);
  });

  it("leaves events and audit entries of each step, and verifies", async () => {
    const held = await stage.held(stage.benefit());
    const { redemption } = valueOf(await stage.redeem(held));
    valueOf(await reverseRedemption(stage.work(), { memberId: held.memberId, redemptionId: redemption.redemptionId }));
    const { app } = stage.services.database;
    const events = await app.execute<{ type: string }>(
      sql`select type from alliance.member_outbox where member_id = ${held.memberId}::uuid and type like 'redemption.%' order by event_id`,
    );
    expect(events.map(({ type }) => type)).toEqual(["redemption.completed", "redemption.reversed"]);
    const entries = await app.execute<{ action: string }>(
      sql`select action from alliance.audit_entries where stream = ${`member:${held.memberId}`} order by sequence desc limit 2`,
    );
    expect(entries.map(({ action }) => action)).toEqual(["reverseRedemption", "completeRedemption"]);
  });

  it("takes a unit for each guest of an access, and refuses one guest too many", async () => {
    const lounge = { kind: "ACCESS", quota: { units: 3, per: "CYCLE", carryOver: false }, guests: 1 } as const;
    const held = await stage.held(stage.benefit({ terms: lounge }));
    expect(codesOf(await stage.redeem(held, { guests: 2 }))).toEqual(["TOO_MANY_GUESTS"]);
    expect(valueOf(await stage.redeem(held, { guests: 1 })).redemption.units).toBe(2);
    expect(codesOf(await stage.redeem(held, { guests: 1 }))).toEqual(["QUOTA_USED"]);
    expect(codesOf(await stage.redeem(held))).toEqual(["done"]);
  });

  it("makes a cover wait for its days, in its own zone", async () => {
    const cover = { kind: "COVER", amount: stageMoney, beneficiary: "PET", waitingDays: 30 } as const;
    const validFrom = new Date("2028-02-01T15:59:00Z"); // the evening of February 1 in Shanghai
    const held = await stage.held(stage.benefit({ terms: cover }), {
      ...{ validFrom, validUntil: new Date("2029-02-01T16:00:00Z"), now: validFrom },
    });
    const over = new Date("2028-03-01T16:00:00.000Z"); // the beginning of March 2, leap day counted
    const early = await stage.redeem(held, {}, new Date(over.getTime() - 1));
    expect(early).toMatchObject({
      refusals: [{ code: "ENTITLEMENT_NOT_USABLE", message: expect.stringContaining(over.toISOString()) }],
    });
    expect(codesOf(await stage.redeem(held, {}, over))).toEqual(["done"]);
  });

  it("gives thirty-two callers at once exactly a member's quota", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(7), stock: { units: 100, per: null } }));
    const codes = (await Promise.all(Array.from({ length: 32 }, () => stage.redeem(held)))).map(codesOf).flat();
    expect(codes.filter((code) => code === "done")).toHaveLength(7);
    expect(codes.filter((code) => code === "QUOTA_USED")).toHaveLength(25);
    await settles(held.benefitId);
    expect(await stage.stockOf(held.benefitId)).toEqual({ taken: 7, claims: 7, open: 0 });
  });

  it("gives thirty-two members at once exactly the stock that they share", async () => {
    const benefitId = stage.benefit({ stock: { units: 11, per: "DAY" } });
    const all = await Promise.all(Array.from({ length: 32 }, () => stage.held(benefitId)));
    const codes = (await Promise.all(all.map((held) => stage.redeem(held)))).map(codesOf).flat();
    expect(codes.filter((code) => code === "done")).toHaveLength(11);
    expect(codes.filter((code) => code === "OUT_OF_STOCK")).toHaveLength(21);
    await settles(benefitId);
    expect(await stage.stockOf(benefitId)).toEqual({ taken: 11, claims: 11, open: 0 });
    const tomorrow = new Date("2026-06-01T16:00:00.000Z");
    expect(codesOf(await stage.redeem(all[0]!, {}, tomorrow))).toEqual(["done"]);
  });
});

describe("of a member that was merged into another", () => {
  it("what it held is used by that one, within the same quota and under the same keys", async () => {
    const held = await stage.held(stage.benefit({ stock: { units: 9, per: null } }));
    const idempotencyKey = newId();
    valueOf(await stage.redeem(held, { idempotencyKey }));
    const target = await stage.member(await stage.partner());
    const merge = { sourceId: held.memberId, targetId: target.memberId, reason: "the same person" };
    valueOf(await mergeMembers(stage.work(), merge));
    const byTarget = { by: { member: { memberId: target.memberId }, entitlementId: held.entitlementId } };
    expect(valueOf(await stage.redeem(held, { ...byTarget, idempotencyKey })).isRepeated).toBe(true);
    const second = valueOf(await stage.redeem(held, byTarget));
    expect(second.ownerId).toBe(target.memberId);
    expect(codesOf(await stage.redeem(held, byTarget))).toEqual(["QUOTA_USED"]);
    const named = { memberId: target.memberId, redemptionId: second.redemption.redemptionId };
    expect(codesOf(await reverseRedemption(stage.work(), named))).toEqual(["done"]);
    expect(codesOf(await stage.redeem(held))).toEqual(["done"]);
    await settles(held.benefitId);
    expect(await stage.stockOf(held.benefitId)).toEqual({ taken: 2, claims: 2, open: 0 });
  });
});

const stageMoney = { amountMinor: 1_550_000n as never, currency: "CNY" };

/** Claims are settled behind the answer. */
async function settles(benefitId: string): Promise<void> {
  for (let tries = 0; tries < 100 && (await stage.stockOf(benefitId)).open > 0; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("a reservation", () => {
  const check = (
    held: Parameters<EntitlementsStage["use"]>[0],
    reserveMinutes: number | null = null,
    now = noon,
    over = {},
  ) => checkEntitlement(stage.work(callers.member(held.memberId), now), { ...stage.use(held, over), reserveMinutes });

  it("holds quota and stock until its time is over, and gives both back then", async () => {
    const benefitId = stage.benefit({ terms: washes(1), stock: { units: 1, per: null } });
    const [held, other] = [await stage.held(benefitId), await stage.held(benefitId)];
    const answer = valueOf(await check(held, 10));
    expect(answer).toMatchObject({ refusals: [], stockLeft: 0, reservation: { redemption: { state: "RESERVED" } } });
    expect(valueOf(await check(held)).refusals.map(({ code }) => code)).toEqual(["QUOTA_USED", "OUT_OF_STOCK"]);
    await settles(benefitId);
    expect(codesOf(await stage.redeem(other, {}, minutes(9)))).toEqual(["OUT_OF_STOCK"]);
    // No job ran: whoever runs short finds that the reservation is over.
    expect(codesOf(await stage.redeem(other, {}, minutes(10)))).toEqual(["done"]);
    expect((await stage.redemptionsOf(held)).map(({ state }) => state)).toEqual(["RELEASED"]);
    expect(valueOf(await check(held, null, minutes(10))).refusals.map(({ code }) => code)).toEqual(["OUT_OF_STOCK"]);
  });

  it("is completed by the code that stands for it, which keeps its promise though the quota is used up", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(1) }));
    const { reservation } = valueOf(await check(held, 10));
    const redemptionId = reservation!.redemption.redemptionId;
    const member = stage.work(callers.member(held.memberId));
    const code = valueOf(await issueRedemptionCode(member, { ...held, outletId: null, redemptionId })).code;
    const asked = stage.use(held, { by: { code } });
    expect(valueOf(await redeemEntitlement(stage.work(stage.till), asked)).redemption).toMatchObject({
      ...{ redemptionId, state: "COMPLETED", merchantId: stage.merchantOf.merchantId },
    });
    expect(valueOf(await redeemEntitlement(stage.work(stage.till), asked)).isRepeated).toBe(true);
    expect((await stage.costsOf(held)).length).toBe(2);
  });

  it("can be released by its member, and is then nobody's to confirm", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(1), stock: { units: 1, per: null } }));
    const { redemptionId } = valueOf(await check(held, 10)).reservation!.redemption;
    const named = { memberId: held.memberId, redemptionId };
    const another = await stage.held(held.benefitId);
    expect(codesOf(await releaseRedemption(stage.work(callers.member(another.memberId)), named))).toEqual([
      "NOT_FOUND",
    ]);
    expect(codesOf(await releaseRedemption(stage.work(callers.member(held.memberId)), named))).toEqual(["done"]);
    expect(codesOf(await confirmRedemption(stage.work(), named))).toEqual(["WRONG_STATE"]);
    expect(await stage.stockOf(held.benefitId)).toEqual({ taken: 0, claims: 0, open: 0 });
    expect(codesOf(await stage.redeem(another))).toEqual(["done"]);
  });

  it("promises nothing that redeeming then refuses, whatever stands in the way", async () => {
    const cases = [
      await stage.held(stage.benefit()),
      await stage.held(stage.benefit(), { validFrom: minutes(1) }),
      await stage.held(stage.benefit({ merchantCodes: ["elsewhere"] })),
      await stage.held(stage.benefit({ stock: { units: 0, per: null } })),
      await stage.held(stage.benefit({ terms: washes(1) }), { suspendedFor: ["ISSUER"] }),
    ];
    for (const held of cases) {
      const promised = valueOf(await check(held)).refusals.map(({ code }) => code);
      const came = codesOf(await stage.redeem(held));
      expect(came).toEqual(promised.length > 0 ? promised : ["done"]);
    }
  });
});

describe("a claim", () => {
  it("stays reserved until the supplier's answer is known, then keeps its reference", async () => {
    const content = { fulfilment: "SUPPLIER_CALL", terms: washes(1), stock: { units: 1, per: null } } as const;
    const held = await stage.held(stage.benefit(content));
    const { redemption } = valueOf(await stage.claim(held));
    expect(redemption).toMatchObject({ state: "RESERVED" });
    expect(codesOf(await stage.claim(held, {}, minutes(24 * 60)))).toEqual(["QUOTA_USED"]);
    const named = { memberId: held.memberId, redemptionId: redemption.redemptionId };
    const confirmed = { ...named, supplierReference: "V-1" };
    expect(valueOf(await confirmRedemption(stage.work(), confirmed)).redemption).toMatchObject({
      state: "CONFIRMED",
      supplierReference: "V-1",
    });
    expect(codesOf(await confirmRedemption(stage.work(), confirmed))).toEqual(["done"]);
    expect(codesOf(await confirmRedemption(stage.work(), { ...named, supplierReference: "V-2" }))).toEqual([
      "IDEMPOTENCY_MISMATCH",
    ]);
    expect(codesOf(await completeRedemption(stage.work(), named))).toEqual(["done"]);
  });

  it("is refused of what is used at the till, and of another member", async () => {
    const held = await stage.held(stage.benefit());
    expect(codesOf(await stage.claim(held))).toEqual(["WRONG_STATE"]);
    const stranger = await stage.held(stage.benefit({ fulfilment: "CODE_POOL" }));
    const work = stage.work(callers.member(held.memberId));
    const input = {
      memberId: stranger.memberId,
      entitlementId: stranger.entitlementId,
      units: 1,
      idempotencyKey: newId(),
    };
    expect(codesOf(await claimBenefit(work, input))).toEqual(["NOT_FOUND"]);
  });
});

describe("a code", () => {
  const issue = async (held: { memberId: string; entitlementId: string }, over = {}, now = noon) =>
    valueOf(
      await issueRedemptionCode(stage.work(callers.member(held.memberId), now), {
        ...held,
        outletId: null,
        redemptionId: null,
        ...over,
      }),
    );
  const show = (code: string, over = {}, now = noon) =>
    redeemEntitlement(stage.work(stage.till, now), {
      ...{
        by: { code },
        merchantId: stage.merchantOf.merchantId,
        outletId: null,
        units: 1,
        guests: 0,
        occurredAt: null,
      },
      ...{ idempotencyKey: newId(), ...over },
    });

  it("is refused when it was guessed, is over, was used, or is shown at another outlet", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(5) }));
    expect(codesOf(await show("0123456789"))).toEqual(["CODE_INVALID"]);
    expect(codesOf(await show("not a code"))).toEqual(["CODE_INVALID"]);
    const [here, there] = [
      await stage.outlet(stage.merchantOf.merchantId),
      await stage.outlet(stage.merchantOf.merchantId),
    ];
    const bound = await issue(held, { outletId: here });
    expect(codesOf(await show(bound.code))).toEqual(["CODE_INVALID"]);
    expect(codesOf(await show(bound.code, { outletId: there }))).toEqual(["CODE_INVALID"]);
    expect(codesOf(await show(bound.code, { outletId: here }, bound.expiresAt))).toEqual(["CODE_EXPIRED"]);
    expect(codesOf(await show(bound.code, { outletId: here }))).toEqual(["done"]);
    expect(codesOf(await show(bound.code, { outletId: here }))).toEqual(["CODE_INVALID"]);
    const open = await issue(held);
    const typed = `${open.code.slice(0, 5)}-${open.code.slice(5).toLowerCase()}`;
    expect(codesOf(await show(typed))).toEqual(["done"]);
    expect(codesOf(await show((await issue(held)).qrPayload))).toEqual(["done"]);
  });

  it("shown by two tills at once is good at one of them", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(9), stock: { units: 9, per: null } }));
    const { code } = await issue(held);
    const codes = (await Promise.all(Array.from({ length: 8 }, () => show(code)))).map(codesOf).flat().sort();
    expect(codes).toEqual([...Array.from({ length: 7 }, () => "CODE_INVALID"), "done"]);
    expect(await stage.stockOf(held.benefitId)).toMatchObject({ taken: 1, claims: 1 });
  });

  it("answers the same key again, though it is over by then", async () => {
    const held = await stage.held(stage.benefit());
    const { code, expiresAt } = await issue(held);
    const idempotencyKey = newId();
    const first = valueOf(await show(code, { idempotencyKey }));
    const again = valueOf(await show(code, { idempotencyKey }, expiresAt));
    expect(again).toMatchObject({ isRepeated: true, redemption: { redemptionId: first.redemption.redemptionId } });
  });

  it("is no way in at another merchant, and lets none be named by who does not know the member", async () => {
    const held = await stage.held(stage.benefit());
    const { code } = await issue(held);
    const stranger = stage.work(callers.partner(await stage.partner(), ["purchases:write"]));
    expect(codesOf(await redeemEntitlement(stranger, stage.use(held, { by: { code } })))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await redeemEntitlement(stage.work(stage.till), stage.use(held)))).toEqual(["NOT_FOUND"]);
  });

  it("is kept as a digest alone", async () => {
    const { code } = await issue(await stage.held(stage.benefit()));
    const rows = await stage.services.database.app.execute(sql`select * from alliance.redemption_codes`);
    expect(JSON.stringify([...rows])).not.toContain(code);
  });

  it("is not issued for what cannot be used", async () => {
    const held = await stage.held(stage.benefit(), { suspendedFor: ["CARD_FROZEN"] });
    const work = stage.work(callers.member(held.memberId));
    const input = { ...held, outletId: null, redemptionId: null };
    expect(codesOf(await issueRedemptionCode(work, input))).toEqual(["ENTITLEMENT_NOT_USABLE"]);
    expect(codesOf(await issueRedemptionCode(work, { ...input, redemptionId: newId() }))).toEqual([
      "ENTITLEMENT_NOT_USABLE",
    ]);
  });
});
