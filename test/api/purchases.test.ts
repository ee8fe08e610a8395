import type { Actor } from "../../src/auth/core/actor";
import type { NodeType } from "../../src/graphql/global-id";
import { newId } from "../../src/kernel/ids";
import { mergeMembers } from "../../src/members/merge-members";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { loyaltyFigures } from "../../src/purchases/core/loyalty";
import { purchaseLimitMinor } from "../../src/purchases/core/purchase";
import { callers } from "../support/api";
import { noon, valueOf } from "../support/members-stage";
import { dollars, hours, offersStage, recorded, type OffersStage } from "../support/offers-stage";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { money } from "../../src/kernel/money";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content here; codegen's types by clients */

let stage: OffersStage;
let merchant: MerchantRow;
let till: Actor;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  till = callers.partner(merchant.partnerId, ["purchases:write", "members:read"]);
});

const sealed = (type: NodeType, id: string, actor: Actor, memberId?: string) =>
  stage.services.ids.forActor(actor).seal(type, id, memberId ?? null);
const ask = (actor: Actor, document: string, variables = {}): Promise<any> =>
  stage.api.ask<any>(actor, document, variables);

const recordDocument = `mutation ($input: RecordPurchaseInput!) { recordPurchase(input: $input) {
  purchase { id channel quantity occurredAt sourceReference amount { amountMinor currency } merchant { code } outlet { id }
    completedDeliveries { id } }
  completedDeliveries { id state progress { reward { amountMinor } } } userErrors { code message path } } }`;
const record = async (actor: Actor, input: object) => (await ask(actor, recordDocument, { input })).recordPurchase;

const purchaseInput = (actor: Actor, memberId: string, over = {}) => ({
  member: { id: sealed("Member", memberId, actor, memberId) },
  merchantId: sealed("Merchant", merchant.merchantId, actor),
  channel: "IN_STORE",
  amount: { amountMinor: "1250", currency: "USD" },
  occurredAt: noon,
  sourceReference: newId(),
  ...over,
});

describe("recordPurchase", () => {
  it("refuses an amount that no purchase has, with the limit", async () => {
    const { memberId } = await stage.member(merchant.partnerId);
    const amount = { amountMinor: purchaseLimitMinor.toString(), currency: "USD" };
    const { userErrors } = await record(till, purchaseInput(till, memberId, { amount }));
    const message = "amount is 1000000000000000000, expected less than 1000000000000000000 minor units.";
    expect(userErrors).toEqual([{ code: "INVALID_INPUT", message, path: ["input", "amount", "amountMinor"] }]);
  });

  it("refuses a member's id that another partner was given", async () => {
    const { memberId } = await stage.member(merchant.partnerId);
    const other = callers.partner(await stage.partner(), ["members:read"]);
    const id = sealed("Member", memberId, other, memberId);
    const answer = await record(till, purchaseInput(till, memberId, { member: { id } }));
    expect(answer).toMatchObject({ purchase: null, completedDeliveries: null, userErrors: [{ code: "NOT_FOUND" }] });
  });

  it("refuses an id and a number together, and neither, before anything runs", async () => {
    const { memberId, number } = await stage.member(merchant.partnerId);
    const identity = { partnerId: sealed("Partner", merchant.partnerId, till), number };
    for (const member of [{ id: sealed("Member", memberId, till, memberId), identity }, {}]) {
      const input = purchaseInput(till, memberId, { member });
      expect((await stage.api.execute(till, recordDocument, { input })).errors).toHaveLength(1);
    }
  });

  it("refuses amounts below zero and currencies that are none, naming value and field", async () => {
    const { memberId } = await stage.member(merchant.partnerId);
    const amount = { amountMinor: "-5", currency: "dollars" };
    const { userErrors } = await record(till, purchaseInput(till, memberId, { amount }));
    expect(userErrors).toEqual([
      {
        code: "INVALID_INPUT",
        message: "amount is -5, expected zero or more minor units.",
        path: ["input", "amount", "amountMinor"],
      },
      {
        code: "INVALID_INPUT",
        message: 'currency is "dollars", expected an ISO 4217 code.',
        path: ["input", "amount", "currency"],
      },
    ]);
  });

  it("records what the till reports by the member's number, once however often it is told", async () => {
    const { memberId, number } = await stage.member(merchant.partnerId);
    const outletId = sealed("Outlet", await stage.outlet(merchant.merchantId), till);
    const member = { identity: { partnerId: sealed("Partner", merchant.partnerId, till), number } };
    const input = purchaseInput(till, memberId, { member, outletId, quantity: 2, sourceReference: "receipt-7" });
    const first = await record(till, input);
    expect(first).toMatchObject({
      purchase: {
        ...{ channel: "IN_STORE", quantity: 2, occurredAt: noon.toISOString(), sourceReference: "receipt-7" },
        ...{
          amount: { amountMinor: "1250", currency: "USD" },
          merchant: { code: merchant.code },
          outlet: { id: outletId },
        },
      },
      completedDeliveries: [],
      userErrors: [],
    });
    expect(await record(till, input)).toEqual(first);
    const other = await record(till, { ...input, quantity: 3 });
    expect(other.userErrors).toMatchObject([{ code: "IDEMPOTENCY_MISMATCH" }]);
  });

  it("answers the deliveries that it completes", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant, { mark: dollars(1250) });
    const delivery = { offerId, memberId, channel: null, sourceReference: newId() };
    valueOf(await deliverOffer(stage.work(), delivery));
    const { purchase, completedDeliveries } = await record(till, purchaseInput(till, memberId));
    expect(completedDeliveries).toMatchObject([{ state: "COMPLETED", progress: { reward: { amountMinor: "500" } } }]);
    expect(purchase.completedDeliveries).toEqual([{ id: completedDeliveries[0].id }]);
  });
});

describe("Member.purchases", () => {
  const document = `query ($id: ID!, $first: Int!, $after: Cursor, $filter: PurchaseFilterInput) { member(id: $id) {
    purchases(first: $first, after: $after, filter: $filter) {
      nodes { id amount { amountMinor } } pageInfo { hasNextPage endCursor } } } }`;
  const page = async (actor: Actor, memberId: string, variables = {}) => {
    const id = sealed("Member", memberId, actor, memberId);
    const { member } = await ask(actor, document, { id, first: 20, ...variables });
    const amounts = member?.purchases?.nodes.map((node: any) => Number(node.amount.amountMinor));
    return { amounts, ...member?.purchases?.pageInfo, nodes: member?.purchases?.nodes };
  };

  it("come newest first, page by page, each once, also those of one instant", async () => {
    const memberId = await stage.memberOf(merchant);
    const cents = [1, 2, 3, 4, 5, 6, 7];
    for (const each of cents) {
      const over = { amount: dollars(each), occurredAt: hours(-Math.floor(each / 3)) };
      await recorded(stage, stage.purchase(merchant, memberId, over));
    }
    const me = callers.member(memberId);
    const all = (await page(me, memberId)).amounts;
    expect(all).toEqual([2, 1, 5, 4, 3, 7, 6]);
    const paged = [];
    for (let after: string | undefined, more = true; more;) {
      const next: any = await page(me, memberId, { first: 2, after });
      paged.push(...next.amounts);
      ({ endCursor: after, hasNextPage: more } = next);
    }
    expect(paged).toEqual(all);
  });

  it("are restricted by merchant and by a window that ends before its end", async () => {
    const other = await stage.merchant();
    const memberId = await stage.memberOf(merchant);
    await recorded(stage, stage.purchase(merchant, memberId, { amount: dollars(1), occurredAt: hours(-2) }));
    await recorded(stage, stage.purchase(other, memberId, { amount: dollars(2), occurredAt: hours(-1) }));
    await recorded(stage, stage.purchase(merchant, memberId, { amount: dollars(3), occurredAt: hours(0) }));
    const me = callers.member(memberId);
    const amounts = async (filter: object) => (await page(me, memberId, { filter })).amounts;
    expect(await amounts({ merchantId: sealed("Merchant", other.merchantId, me) })).toEqual([2]);
    expect(await amounts({ merchantId: "no id" })).toEqual([]);
    expect(await amounts({ from: hours(-2), before: hours(0) })).toEqual([2, 1]);
  });

  it("show partners what was bought at their own merchants, and staff without the right nothing", async () => {
    const other = await stage.merchant();
    const memberId = await stage.memberOf(merchant);
    const second = await stage.memberOf(other);
    valueOf(await mergeMembers(stage.work(), { sourceId: second, targetId: memberId, reason: "same person" }));
    await recorded(stage, stage.purchase(merchant, memberId, { amount: dollars(1) }));
    await recorded(stage, stage.purchase(other, memberId, { amount: dollars(2) }));
    const others = callers.partner(other.partnerId, ["members:read"]);
    const own = await page(till, memberId);
    expect(own.amounts).toEqual([1]);
    expect((await page(others, memberId)).amounts).toEqual([2]);
    expect((await page(callers.staff("SUPPORT"), memberId)).amounts).toEqual([2, 1]);
    expect((await page(callers.staff("FINANCE"), memberId)).amounts).toBeUndefined();

    const node = `query ($id: ID!) { node(id: $id) { id } }`;
    expect(await ask(till, node, { id: own.nodes[0].id })).toEqual({ node: { id: own.nodes[0].id } });
    expect(await ask(others, node, { id: own.nodes[0].id })).toEqual({ node: null });
    const reference = stage.services.ids.forActor(till).open(own.nodes[0].id);
    const forOthers = sealed("Purchase", reference?.id ?? "", others, reference?.memberId ?? "");
    expect(await ask(others, node, { id: forOthers })).toEqual({ node: null });
  });

  it("include what was bought under an id that was merged", async () => {
    const [source, target] = [await stage.memberOf(merchant), await stage.memberOf(merchant)];
    await recorded(stage, stage.purchase(merchant, source, { amount: dollars(1), occurredAt: hours(-1) }));
    await recorded(stage, stage.purchase(merchant, target, { amount: dollars(2) }));
    valueOf(await mergeMembers(stage.work(), { sourceId: source, targetId: target, reason: "same person" }));
    expect((await page(callers.member(target), target)).amounts).toEqual([2, 1]);
  });
});

describe("Merchant.loyalty", () => {
  const document = `query ($id: ID!, $from: DateTime!, $to: DateTime!) { merchant(id: $id) { loyalty(from: $from, to: $to) {
    minimumGroup members purchases spend { amountMinor currency } completions rewards { amountMinor currency } } } }`;
  const loyalty = async (actor: Actor, of: MerchantRow, from = hours(-24), to = hours(1)) =>
    (await ask(actor, document, { id: sealed("Merchant", of.merchantId, actor), from, to })).merchant.loyalty;
  const withheld = { members: null, purchases: null, spend: null, completions: null, rewards: null };

  it("is null for other partners, its own without the scope, members, and staff that only support", async () => {
    for (const actor of [
      callers.partner(await stage.partner(), ["reports:read"]),
      till,
      callers.member(newId()),
      callers.staff("SUPPORT"),
    ]) {
      expect(await loyalty(actor, merchant)).toBeNull();
    }
  });

  it("refuses a window that ends where it starts", async () => {
    const variables = { id: sealed("Merchant", merchant.merchantId, callers.service), from: noon, to: noon };
    const answer = await stage.api.execute(callers.service, document, variables);
    expect(answer.errors?.[0]?.extensions?.code).toBe("BAD_USER_INPUT");
  });

  it("withholds every figure of four members and shows those of five, within the window alone", async () => {
    const own = await stage.merchant();
    const reports = callers.partner(own.partnerId, ["reports:read"]);
    const { offerId } = await stage.offer(own, { mark: dollars(1000), reward: dollars(300) });
    const buy = async (at: Date, cents: number, currency = "USD") => {
      const memberId = await stage.memberOf(own);
      const delivery = { offerId, memberId, channel: null, sourceReference: newId() };
      valueOf(await deliverOffer(stage.work(undefined, hours(-30)), delivery));
      const amount = money(BigInt(cents), currency);
      await recorded(stage, stage.purchase(own, memberId, { occurredAt: at, amount }));
      return memberId;
    };
    for (let member = 0; member < 3; member++) await buy(hours(-24), 1000);
    const twice = await buy(noon, 999);
    await recorded(stage, stage.purchase(own, twice, { amount: money(70n, "CNY") }));
    await buy(hours(-25), 5000);
    expect(await loyalty(reports, own)).toEqual({ minimumGroup: 5, ...withheld });
    await buy(hours(1), 5000);
    expect(await loyalty(reports, own)).toEqual({ minimumGroup: 5, ...withheld });
    await buy(noon, 0);
    expect(await loyalty(reports, own)).toEqual({
      minimumGroup: 5,
      members: 5,
      purchases: 6,
      spend: [
        { amountMinor: "70", currency: "CNY" },
        { amountMinor: "3999", currency: "USD" },
      ],
      completions: 3,
      rewards: [{ amountMinor: "900", currency: "USD" }],
    });
  });

  it("sums beyond what one amount can be", async () => {
    const own = await stage.merchant();
    const largest = money(purchaseLimitMinor - 1n, "USD");
    for (let member = 0; member < 5; member++) {
      const memberId = await stage.memberOf(own);
      await recorded(stage, stage.purchase(own, memberId, { amount: largest }));
      await recorded(stage, stage.purchase(own, memberId, { amount: largest }));
    }
    expect((await loyalty(callers.service, own)).spend).toEqual([
      { amountMinor: "9999999999999999990", currency: "USD" },
    ]);
  });

  it("withholds nobody as it withholds one", () => {
    expect(loyaltyFigures(0, [], [])).toEqual(withheld);
    expect(loyaltyFigures(1, [{ currency: "USD", count: 1, amountMinor: "1" }], [])).toEqual(withheld);
  });
});
