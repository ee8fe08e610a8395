import { callers } from "../support/api";
import {
  benefitInput,
  packageInput,
  pickSlot,
  productInput,
  rightsStage,
  unique,
  yuan,
  type RightsStage,
} from "../support/rights-stage";
import { newId } from "../../src/kernel/ids";

/*
 * S18 eight categories: coupons (20 off 100 on fuel), counted services (one car wash a month), memberships claimed monthly,
 * cover (15,500 of pet medical cover), and the rest, in one package of a card. By GraphQL: the catalogue, the member's
 * screen, the code that she shows at the till, and the claim of a membership.
 */

const support = callers.staff("SUPPORT");
const service = callers.service;

let stage: RightsStage;
let partnerId: string;
let merchantId: string;
let partnerCode: string;

const month = { units: 1, per: "MONTH" };
const eight: Record<string, object> = {
  checkup: { category: "HEALTH", terms: { countedService: { quota: { units: 1, per: "CYCLE" } } } },
  lounge: { category: "BUSINESS_TRAVEL", terms: { access: { quota: { units: 6, per: "CYCLE" }, guests: 1 } } },
  gym: { category: "SPORT", terms: { discount: { basisPoints: 2000, ceiling: yuan(5_000) } } },
  video: { category: "ENTERTAINMENT", terms: { membership: { quota: month } }, fulfilment: "SUPPLIER_CALL" },
  pet: { category: "INSURANCE", terms: { cover: { amount: yuan(1_550_000), beneficiary: "PET", waitingDays: 30 } } },
  wash: { category: "CAR", terms: { countedService: { quota: month } } },
  dinner: {
    category: "DINING",
    terms: { coupon: { quota: month, discount: { percentOff: { basisPoints: 1000, ceiling: yuan(3_000) } } } },
  },
  fuel: {
    category: "GREEN_TRAVEL",
    terms: {
      coupon: {
        quota: { units: 2, per: "MONTH" },
        discount: { amountOff: { off: yuan(2_000), minimumSpend: yuan(10_000) } },
      },
    },
  },
};
const codes: Record<string, string> = {};
let productCode: string;

beforeAll(async () => {
  stage = await rightsStage();
  const merchant = await stage.merchant();
  ({ partnerId } = merchant);
  merchantId = stage.services.ids.forActor(service).seal("Merchant", merchant.merchantId);
  await stage.services.catalogue.catchUp();
  partnerCode = stage.services.catalogue.current.partners.get(partnerId)?.code ?? "";
  for (const [name, over] of Object.entries(eight)) {
    codes[name] = unique(name);
    await stage.publish("Benefit", codes[name], benefitInput(partnerCode, { name: { en: name }, ...over }));
  }
  const packageCode = unique("everything");
  await stage.publish("RightsPackage", packageCode, packageInput("Everything", 500_000, Object.values(codes)));
  productCode = unique("platinum");
  const slot = pickSlot("always", [], { fill: { fixed: { packageCodes: [packageCode] } } });
  await stage.publish("CardProduct", productCode, productInput("Platinum", [slot]));
});

const shown = `id benefitCode category kind standing quota { units used left } terms {
  ... on CouponTerms { amountOff { off { amountMinor } minimumSpend { amountMinor } } percentOff { basisPoints ceiling { amountMinor } } }
  ... on CoverTerms { amount { amountMinor } beneficiary waitingDays }
  ... on AccessTerms { guests } ... on DiscountTerms { basisPoints } ... on CountedServiceTerms { quota { units per } } ... on MembershipTerms { quota { units per } } }`;

async function lin() {
  const { memberId } = await stage.member(partnerId);
  const self = callers.member(memberId);
  const member = { id: stage.memberGid(support, { memberId }) };
  const register = `mutation ($input: RegisterCardInput!) { registerCard(input: $input) { userErrors { message } } }`;
  const input = { member, productCode, token: unique("token"), openedOn: "2026-01-01" };
  expect((await stage.askAt("2026-01-01T01:00:00Z", support, register, { input })).registerCard.userErrors).toEqual([]);
  const held = async (at: string) => {
    const { viewer } = await stage.askAt(
      at,
      self,
      `{ viewer { member { entitlements(first: 100) { nodes { ${shown} } } } } }`,
    );
    const nodes = viewer.member.entitlements.nodes as { benefitCode: string; id: string }[];
    return Object.fromEntries(
      Object.entries(codes).map(([name, code]) => [name, nodes.find(({ benefitCode }) => benefitCode === code)]),
    ) as Record<string, Record<string, unknown> & { id: string }>;
  };
  const redeem = async (at: string, name: string, over: object = {}) => {
    const entitlementId = (await held(at))[name]?.id;
    const issue = `mutation ($input: IssueRedemptionCodeInput!) { issueRedemptionCode(input: $input) { code userErrors { code message } } }`;
    const issued = (await stage.askAt(at, self, issue, { input: { entitlementId } })).issueRedemptionCode;
    if (issued.userErrors.length > 0) return issued.userErrors.map(({ code }: { code: string }) => code);
    const take = `mutation ($input: RedeemEntitlementInput!) { redeemEntitlement(input: $input) {
      redemption { state units costs { funderCode amount { amountMinor } } } userErrors { code message } } }`;
    const asked = { entitlement: { code: issued.code }, merchantId, idempotencyKey: newId(), ...over };
    const done = (await stage.askAt(at, service, take, { input: asked })).redeemEntitlement;
    return done.redemption ?? done.userErrors.map(({ code }: { code: string }) => code);
  };
  return { self, held, redeem };
}

describe("a card with benefits of all eight categories", () => {
  it("shows each with its terms, and by the clock how much of it is left", async () => {
    const { held } = await lin();
    const now = await held("2026-01-10T00:00:00Z");
    expect(new Set(Object.values(now).map(({ category }) => category)).size).toBe(8);
    expect(now["fuel"]).toMatchObject({
      kind: "COUPON",
      standing: "USABLE",
      quota: { units: 2, left: 2 },
      terms: { amountOff: { off: { amountMinor: "2000" }, minimumSpend: { amountMinor: "10000" } } },
    });
    expect(now["wash"]).toMatchObject({ kind: "COUNTED_SERVICE", terms: { quota: { units: 1, per: "MONTH" } } });
    expect(now["video"]).toMatchObject({ kind: "MEMBERSHIP", terms: { quota: { units: 1, per: "MONTH" } } });
    expect(now["pet"]).toMatchObject({
      kind: "COVER",
      terms: { amount: { amountMinor: "1550000" }, beneficiary: "PET", waitingDays: 30 },
    });
    expect(now["lounge"]).toMatchObject({ quota: { left: 6 }, terms: { guests: 1 } });
  });

  it("has one car wash a month: the second is refused until the first instant of the next, by the card's zone", async () => {
    const { redeem, held } = await lin();
    expect(await redeem("2026-03-10T00:00:00Z", "wash")).toMatchObject({
      state: "COMPLETED",
      costs: [{ funderCode: partnerCode, amount: { amountMinor: "3000" } }],
    });
    expect(await redeem("2026-03-31T15:59:00Z", "wash")).toEqual(["QUOTA_USED"]);
    expect(await redeem("2026-03-31T16:00:00Z", "wash")).toMatchObject({ state: "COMPLETED" });
    expect((await held("2026-04-30T15:59:59Z"))["wash"]).toMatchObject({ quota: { used: 1, left: 0 } });
    expect((await held("2026-04-30T16:00:00Z"))["wash"]).toMatchObject({ quota: { used: 0, left: 1 } });
  });

  it("takes a guest into the lounge for a unit more, and no second one", async () => {
    const { redeem, held } = await lin();
    expect(await redeem("2026-03-10T00:00:00Z", "lounge", { guests: 1 })).toMatchObject({ units: 2 });
    expect((await held("2026-03-11T00:00:00Z"))["lounge"]).toMatchObject({ quota: { used: 2, left: 4 } });
    expect(await redeem("2026-03-10T00:00:00Z", "lounge", { guests: 2 })).toEqual(["TOO_MANY_GUESTS"]);
  });

  it("claims the membership monthly, and releases a claim of which the supplier knows nothing", async () => {
    const { self, held } = await lin();
    const at = "2026-02-02T00:00:00Z";
    const entitlementId = (await held(at))["video"]?.id;
    const claim = `mutation ($input: ClaimBenefitInput!) { claimBenefit(input: $input) { redemption { id state } userErrors { code } } }`;
    const claimed = (await stage.askAt(at, self, claim, { input: { entitlementId, idempotencyKey: newId() } }))
      .claimBenefit;
    expect(claimed).toMatchObject({ redemption: { state: "RESERVED" }, userErrors: [] });
    expect((await held(at))["video"]).toMatchObject({ quota: { left: 0 } });
    const seal = stage.services.ids;
    const reference = seal.forActor(self).openAs("Redemption", claimed.redemption.id);
    const redemptionId = seal.forActor(service).seal("Redemption", reference?.id ?? "", reference?.memberId ?? null);
    const release = `mutation ($input: ReleaseRedemptionInput!) { releaseRedemption(input: $input) { redemption { state } userErrors { code } } }`;
    expect((await stage.askAt(at, service, release, { input: { redemptionId } })).releaseRedemption.redemption).toEqual(
      { state: "RELEASED" },
    );
    expect((await held(at))["video"]).toMatchObject({ quota: { left: 1 } });
  });

  it("covers the pet once the waiting time is over", async () => {
    const { redeem } = await lin();
    expect(await redeem("2026-01-20T00:00:00Z", "pet")).toEqual(["ENTITLEMENT_NOT_USABLE"]);
    expect(await redeem("2026-02-10T00:00:00Z", "pet")).toMatchObject({ state: "COMPLETED" });
  });

  it("gives nothing at a merchant that does not serve it", async () => {
    const { redeem } = await lin();
    const elsewhere = await stage.merchant();
    const other = stage.services.ids.forActor(service).seal("Merchant", elsewhere.merchantId);
    expect(await redeem("2026-03-10T00:00:00Z", "wash", { merchantId: other })).toEqual(["MERCHANT_NOT_SERVING"]);
  });
});
