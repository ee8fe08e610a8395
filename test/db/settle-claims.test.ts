import { sql } from "drizzle-orm";
import type { Work } from "../../src/context";
import type { Db } from "../../src/db/client";
import { checkEntitlement } from "../../src/entitlements/check-entitlement";
import { redeemEntitlement } from "../../src/entitlements/redeem-entitlement";
import { lookUpClaim, sweepClaims, type OpenClaim } from "../../src/entitlements/settle-claims";
import { reverseRedemption } from "../../src/entitlements/step-redemption";
import { takeUnits } from "../../src/entitlements/stock";
import { newId } from "../../src/kernel/ids";
import { callers } from "../support/api";
import { entitlementsStage, washes, type EntitlementsStage, type Held } from "../support/entitlements-stage";
import type * as Fakes from "../support/fake-benefits";
import { codesOf, noon, valueOf } from "../support/members-stage";

jest.mock(
  "../../src/benefits/published-benefits",
  () => jest.requireActual<typeof Fakes>("../support/fake-benefits").publishedWithFakes,
);

let stage: EntitlementsStage;
const later = (seconds: number) => new Date(noon.getTime() + seconds * 1_000);

beforeAll(async () => {
  stage = await entitlementsStage();
});

/** A server whose transactions end as they are told, and which then is no more: it settles and releases nothing. */
function dyingWork(when: "BEFORE" | "AFTER"): Work {
  const work = stage.work();
  const { app } = work.database;
  const dying = new Proxy(app, {
    get(target, name) {
      if (name !== "transaction") return Reflect.get(target, name) as unknown;
      return async (...given: Parameters<Db["transaction"]>) => {
        if (when === "AFTER") await target.transaction(...given);
        throw new Error("the server died");
      };
    },
  });
  return { ...work, database: { ...work.database, app: dying } };
}

const one = { terms: washes(1), stock: { units: 1, per: null } } as const;
const died = (work: Work, held: Held) => expect(redeemEntitlement(work, stage.use(held))).rejects.toThrow("died");

describe("a claim whose server died", () => {
  it("before the member's transaction is given back to whoever runs short, who waits rather than hear sold out", async () => {
    const benefitId = stage.benefit(one);
    const [held, other] = [await stage.held(benefitId), await stage.held(benefitId)];
    await died(dyingWork("BEFORE"), held);
    expect(await stage.stockOf(benefitId)).toEqual({ taken: 1, claims: 1, open: 1 });
    expect(codesOf(await stage.redeem(other))).toEqual(["done"]);
    expect(await stage.stockOf(benefitId)).toMatchObject({ taken: 1, claims: 1 });
    // What was in its transaction's way is no redemption.
    expect((await stage.redemptionsOf(held)).map(({ isFence }) => isFence)).toEqual([true]);
    expect(codesOf(await stage.redeem(held))).toEqual(["OUT_OF_STOCK"]);
  });

  it("after the member's transaction is kept, and the next is told sold out with reason", async () => {
    const benefitId = stage.benefit(one);
    const [held, other] = [await stage.held(benefitId), await stage.held(benefitId)];
    await died(dyingWork("AFTER"), held);
    expect(codesOf(await stage.redeem(other))).toEqual(["OUT_OF_STOCK"]);
    expect(await stage.stockOf(benefitId)).toEqual({ taken: 1, claims: 1, open: 0 });
    expect((await stage.redemptionsOf(held)).map(({ state }) => state)).toEqual(["COMPLETED"]);
  });

  it("is found by the sweeper a minute later, and not before", async () => {
    const benefitId = stage.benefit(one);
    const held = await stage.held(benefitId);
    await died(dyingWork("BEFORE"), held);
    await sweepClaims(stage.work(callers.service, later(59)));
    expect(await stage.stockOf(benefitId)).toMatchObject({ taken: 1 });
    await sweepClaims(stage.work(callers.service, later(60)));
    expect(await stage.stockOf(benefitId)).toEqual({ taken: 0, claims: 0, open: 0 });
  });

  it("can be redeemed under the same key by the server that comes next", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(1), stock: { units: 5, per: null } }));
    const idempotencyKey = newId();
    const use = stage.use(held, { idempotencyKey });
    await expect(redeemEntitlement(dyingWork("BEFORE"), use)).rejects.toThrow("died");
    expect(codesOf(await redeemEntitlement(stage.work(), use))).toEqual(["done"]);
    expect(valueOf(await redeemEntitlement(stage.work(), use)).isRepeated).toBe(true);
    await sweepClaims(stage.work(callers.service, later(61)));
    expect(await stage.stockOf(held.benefitId)).toEqual({ taken: 1, claims: 1, open: 0 });
  });
});

describe("a claim that is looked up while its redemption is on the way", () => {
  it("is begun anew by that one, and the stock loses nothing", async () => {
    const benefitId = stage.benefit({ terms: washes(9), stock: { units: 40, per: null } });
    const all = await Promise.all(Array.from({ length: 8 }, () => stage.held(benefitId)));
    const hasty = setInterval(() => void lookEverythingUp(benefitId), 2);
    const codes = (
      await Promise.all(all.flatMap((held) => [held, held, held, held]).map((held) => stage.redeem(held)))
    ).flatMap(codesOf);
    clearInterval(hasty);
    expect(codes).toEqual(Array.from({ length: 32 }, () => "done"));
    await lookEverythingUp(benefitId);
    await lookEverythingUp(benefitId);
    expect(await stage.stockOf(benefitId)).toEqual({ taken: 32, claims: 32, open: 0 });
  });

  it("is given back by one of several that look at once", async () => {
    const benefitId = stage.benefit({ stock: { units: 3, per: null } });
    const { memberId, entitlementId } = await stage.held(benefitId);
    const claim = { benefitId, period: "ALL", redemptionId: newId(), memberId, entitlementId };
    await takeUnits(stage.services.database.app, { ...claim, most: 3, units: 2, takenAt: noon, doubtfulFrom: noon });
    await Promise.all(Array.from({ length: 6 }, () => lookUpClaim(stage.work(), claim)));
    expect(await stage.stockOf(benefitId)).toEqual({ taken: 0, claims: 0, open: 0 });
  });
});

async function lookEverythingUp(benefitId: string): Promise<void> {
  const rows = await stage.services.database.app.execute<{ period: string; r: string; m: string; e: string }>(sql`
    select period, redemption_id as r, member_id as m, entitlement_id as e from alliance.stock_claims
    where benefit_id = ${benefitId}::uuid and not is_settled`);
  const claims: OpenClaim[] = rows.map(({ period, r, m, e }) => ({
    ...{ benefitId, period, redemptionId: r, memberId: m, entitlementId: e },
  }));
  for (const claim of claims) await lookUpClaim(stage.work(), claim);
}

describe("what is given up", () => {
  it("comes back to the stock though the server died before it told so", async () => {
    const held = await stage.held(stage.benefit(one));
    const { redemption } = valueOf(await stage.redeem(held));
    const named = { memberId: held.memberId, redemptionId: redemption.redemptionId };
    await expect(reverseRedemption(dyingWork("AFTER"), named)).rejects.toThrow("died");
    expect(await stage.stockOf(held.benefitId)).toMatchObject({ taken: 1 });
    await sweepClaims(stage.work());
    await sweepClaims(stage.work());
    expect(await stage.stockOf(held.benefitId)).toEqual({ taken: 0, claims: 0, open: 0 });
    expect((await stage.redemptionsOf(held)).map(({ holdsStock }) => holdsStock)).toEqual([false]);
  });

  it("by its time alone is written down once, by the job, whoever else looks", async () => {
    const held = await stage.held(stage.benefit(one));
    const reserve = { ...stage.use(held), reserveMinutes: 1 };
    valueOf(await checkEntitlement(stage.work(callers.member(held.memberId)), reserve));
    const job = stage.work(callers.service, later(60));
    await Promise.all([sweepClaims(job), sweepClaims(job)]);
    expect(await stage.stockOf(held.benefitId)).toEqual({ taken: 0, claims: 0, open: 0 });
    const events = await stage.services.database.app.execute(sql`
      select type from alliance.member_outbox where member_id = ${held.memberId}::uuid and type like 'redemption.%'
      order by type`);
    expect([...events]).toEqual([{ type: "redemption.released" }, { type: "redemption.reserved" }]);
  });
});
