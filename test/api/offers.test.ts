import { eq } from "drizzle-orm";
import { createAuthenticator } from "../../src/auth/authenticate";
import type { Actor } from "../../src/auth/core/actor";
import { rotateApiKey } from "../../src/auth/rotate-api-key";
import { newId } from "../../src/kernel/ids";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { merchants } from "../../src/merchants/merchants.tables";
import { callers } from "../support/api";
import { approver, contentInput, marketer, offerLife } from "../support/offer-life";
import { valueOf } from "../support/members-stage";
import { dollars, hours, offersStage, type OffersStage } from "../support/offers-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

let stage: OffersStage;
let merchant: MerchantRow;
let life: ReturnType<typeof offerLife>;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  life = offerLife(stage, merchant);
});

const ownPartner = (...scopes: Parameters<typeof callers.partner>[1]) => callers.partner(merchant.partnerId, scopes);

describe("draftOffer refuses", () => {
  it("who did not sign in with an error that says so, as queries do", async () => {
    const document = `mutation ($input: DraftOfferInput!) { draftOffer(input: $input) { offer { id } } }`;
    const { errors } = await stage.api.execute({ kind: "anonymous" }, document, { input: life.newOffer() });
    expect(errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  it("members, other staff and partners without the scope", async () => {
    for (const actor of [callers.member(newId()), callers.staff("SUPPORT"), ownPartner("offers:read")]) {
      expect((await life.mutate(actor, "draftOffer", life.newOffer())).userErrors).toMatchObject([
        { code: "FORBIDDEN" },
      ]);
    }
  });

  it("a partner for another's merchant and another's offer, as if there were none", async () => {
    const other = callers.partner(await stage.partner(), ["offers:write"]);
    expect((await life.mutate(other, "draftOffer", life.newOffer())).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    const { offerId } = await life.drafted();
    const next = { target: { offerId }, content: contentInput() };
    expect((await life.mutate(other, "draftOffer", next)).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  });

  it.each([
    ["no name", { name: {} }, "INVALID_INPUT", "name"],
    ["no mark", { mark: { amountMinor: "0", currency: "USD" } }, "INVALID_INPUT", "mark.amountMinor"],
    ["a currency that is none", { mark: { amountMinor: "1", currency: "XXY" } }, "INVALID_INPUT", "mark.currency"],
    ["another currency", { reward: { amountMinor: "1", currency: "CNY" } }, "CURRENCY_MISMATCH", "reward.currency"],
    ["no channel", { channels: [] }, "INVALID_INPUT", "channels"],
    ["no hour", { validHours: 0 }, "INVALID_INPUT", "validHours"],
    ["a window that ends before", { endsAt: hours(-2) }, "INVALID_INPUT", "endsAt"],
    ["a tag nobody defined", { audienceTags: ["no_such_tag"] }, "UNKNOWN_TAG", "audienceTags"],
  ])("%s, saying where", async (_, over, code, field) => {
    const { offer, userErrors } = await life.mutate(marketer, "draftOffer", life.newOffer(over));
    expect(offer).toBeNull();
    expect(userErrors).toMatchObject([{ code, path: ["input", "content", ...field.split(".")] }]);
  });

  it("a code the merchant has already, and writes nothing", async () => {
    await life.drafted(marketer, life.newOffer({}, "twice"));
    const again = await life.mutate(marketer, "draftOffer", life.newOffer({}, "twice"));
    expect(again.userErrors).toMatchObject([{ code: "ALREADY_EXISTS" }]);
    const filter = { merchantId: life.sealed("Merchant", merchant.merchantId, marketer), search: "" };
    const page = await life.ask(
      marketer,
      `query ($filter: OfferFilterInput) { offers(filter: $filter, first: 100) { nodes { code } } }`,
      { filter },
    );
    expect(page.offers.nodes.filter((node: any) => node.code === "twice")).toHaveLength(1);
  });

  it("a next version while one is on its way", async () => {
    const { offerId } = await life.drafted();
    const next = await life.mutate(marketer, "draftOffer", { target: { offerId }, content: contentInput() });
    expect(next.userErrors).toMatchObject([{ code: "WRONG_STATE" }]);
  });

  it("both targets and neither, before anything runs", async () => {
    const { offerId } = await life.drafted();
    const { target } = life.newOffer();
    const document = `mutation ($input: DraftOfferInput!) { draftOffer(input: $input) { offer { id } } }`;
    for (const wrong of [{ ...target, offerId }, {}]) {
      const input = { target: wrong, content: contentInput() };
      expect((await stage.api.execute(marketer, document, { input })).errors).toHaveLength(1);
    }
  });
});

describe("a step of the lifecycle", () => {
  it("is refused to the second person who is the first, by whatever role", async () => {
    const both = callers.staff("MARKETER", "APPROVER");
    const draft = await life.moved(await life.drafted(both), [both, "submitOffer"]);
    const { userErrors } = await life.mutate(both, "approveOffer", draft);
    expect(userErrors).toMatchObject([{ code: "SECOND_PERSON_REQUIRED" }]);
  });

  it("is refused to the second person who made the key that drafted it, rotated or not", async () => {
    const both = callers.staff("OPERATIONS", "APPROVER");
    const authenticator = createAuthenticator({ issuers: [], services: stage.services });
    const byKey = async (secret: string): Promise<Actor> => {
      const entered = await authenticator.authenticate({ apiKey: secret });
      if (!entered.ok) throw new Error(entered.code);
      return entered.actor;
    };
    const made = await stage.mutate(
      both,
      `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { prefix } secret } }`,
      { partnerId: stage.partnerGid(merchant.partnerId), name: "till", scopes: ["OFFERS_WRITE"] },
    );
    const rotated = valueOf(await rotateApiKey(stage.work(), { prefix: made.apiKey.prefix }));
    for (const { secret } of [made, rotated]) {
      const key = await byKey(secret);
      const draft = await life.moved(await life.drafted(key), [key, "submitOffer"]);
      const refused = await life.mutate(both, "approveOffer", draft);
      expect(refused.userErrors).toMatchObject([{ code: "SECOND_PERSON_REQUIRED" }]);
      expect((await life.mutate(approver, "approveOffer", draft)).version).toMatchObject({ state: "APPROVED" });
    }
    await authenticator.settled();
  });

  it("is refused to services that approve and partners that approve their own", async () => {
    const draft = await life.moved(await life.drafted(), [marketer, "submitOffer"]);
    for (const actor of [callers.service, ownPartner("offers:write", "offers:read")]) {
      expect((await life.mutate(actor, "approveOffer", draft)).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
    }
  });

  it("is refused where another revision was seen", async () => {
    const draft = await life.drafted();
    const edit = { ...draft, content: contentInput({ validHours: 1 }) };
    expect((await life.mutate(marketer, "editOffer", edit)).userErrors).toEqual([]);
    const { userErrors } = await life.mutate(marketer, "submitOffer", draft);
    expect(userErrors).toMatchObject([{ code: "VERSION_CONFLICT", path: ["input", "revision"] }]);
  });

  it.each(["publishOffer", "pauseOffer", "resumeOffer", "approveOffer"])("%s is refused on a draft", async (name) => {
    const actor = name === "approveOffer" ? approver : marketer;
    expect((await life.mutate(actor, name, await life.drafted())).userErrors).toMatchObject([{ code: "WRONG_STATE" }]);
  });

  it("is refused for an edit of what is published", async () => {
    const live = await life.published();
    const { userErrors } = await life.mutate(marketer, "editOffer", { ...live, content: contentInput() });
    expect(userErrors).toMatchObject([{ code: "WRONG_STATE" }]);
  });

  it("is refused for a schedule in the past, and for a merchant that is suspended", async () => {
    const approved = await life.moved(await life.drafted(), [marketer, "submitOffer"], [approver, "approveOffer"]);
    const past = await life.mutate(marketer, "scheduleOffer", { ...approved, publishAt: hours(-1000) });
    expect(past.userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "publishAt"] }]);
    const { app } = stage.services.database;
    const suspended = eq(merchants.merchantId, merchant.merchantId);
    await app.update(merchants).set({ status: "SUSPENDED" }).where(suspended);
    const { userErrors } = await life.mutate(marketer, "publishOffer", approved);
    await app.update(merchants).set({ status: "ACTIVE" }).where(suspended);
    expect(userErrors).toMatchObject([{ code: "WRONG_STATE", path: ["input", "offerId"] }]);
  });

  it("leads from the draft to the end, by way of rejection, a schedule and a pause", async () => {
    const publishAt = new Date("2027-01-01T00:00:00.000Z");
    const draft = await life.drafted();
    const rejected = await life.moved(
      draft,
      [marketer, "submitOffer"],
      [approver, "rejectOffer", { reason: "unclear" }],
    );
    const scheduled = await life.moved(
      rejected,
      [marketer, "submitOffer"],
      [approver, "approveOffer"],
      [marketer, "scheduleOffer", { publishAt }],
    );
    const over = await life.moved(
      scheduled,
      [marketer, "publishOffer"],
      [marketer, "pauseOffer"],
      [marketer, "resumeOffer"],
      [marketer, "endOffer"],
    );
    const { offer } = await life.ask(
      marketer,
      `query ($id: ID!) { offer(id: $id) {
      state version publishedAt versions { state revision editors approvedBy publishAt } } }`,
      { id: draft.offerId },
    );
    expect(offer).toMatchObject({ state: "ENDED", version: 1 });
    expect(offer.publishedAt).not.toBeNull();
    expect(offer.versions).toEqual([
      {
        state: "ENDED",
        revision: over.revision,
        editors: ["staff-marketer"],
        approvedBy: "staff-approver",
        publishAt: publishAt.toISOString(),
      },
    ]);
  });
});

describe("a next version", () => {
  it("leaves the live one in front until it is published, and then ends it", async () => {
    const live = await life.published();
    const next = { target: { offerId: live.offerId }, content: contentInput({ validHours: 24 }) };
    const second = await life.drafted(marketer, next);
    const document = `query ($id: ID!) { offer(id: $id) { version validHours state versions { version state } } }`;
    expect((await life.ask(marketer, document, { id: live.offerId })).offer).toMatchObject({
      version: 1,
      validHours: 168,
    });
    await life.published(second);
    expect((await life.ask(marketer, document, { id: live.offerId })).offer).toEqual({
      version: 2,
      validHours: 24,
      state: "PUBLISHED",
      versions: [
        { version: 1, state: "ENDED" },
        { version: 2, state: "PUBLISHED" },
      ],
    });
  });

  it("shows in which places it differs, and can return to the earlier one", async () => {
    const live = await life.published();
    const reward = { amountMinor: "600", currency: "USD" };
    await life.published(
      await life.drafted(marketer, { target: { offerId: live.offerId }, content: contentInput({ reward }) }),
    );
    const document = `query ($id: ID!) { offer(id: $id) {
      versionDiff(from: 1, to: 2) { path before after } missing: versionDiff(from: 1, to: 9) { path } } }`;
    expect((await life.ask(marketer, document, { id: live.offerId })).offer).toEqual({
      versionDiff: [{ path: ["reward", "amountMinor"], before: '"500"', after: '"600"' }],
      missing: null,
    });
    const returned = await life.mutate(marketer, "returnOffer", { offerId: live.offerId, version: 1 });
    expect(returned.version).toMatchObject({ version: 3, state: "DRAFT" });
    const diff = `query ($id: ID!) { offer(id: $id) { versionDiff(from: 1, to: 3) { path } } }`;
    expect((await life.ask(marketer, diff, { id: live.offerId })).offer.versionDiff).toEqual([]);
  });
});

describe("what was never published", () => {
  const document = `query ($id: ID!) { offer(id: $id) { code } node(id: $id) { id } }`;

  it("is seen by staff and its own partner alone, by id, through node, in lists and under its merchant", async () => {
    const { offerId } = await life.drafted();
    const code = (await life.ask(marketer, document, { id: offerId })).offer.code;
    const lists = `query ($merchant: ID!) {
      offers(first: 100, filter: { merchantId: $merchant, state: DRAFT }) { nodes { code } }
      merchant(id: $merchant) { offers(first: 100, state: DRAFT) { nodes { code } } } }`;
    const codes = async (actor: Actor) => {
      const answer = await life.ask(actor, lists, { merchant: life.sealed("Merchant", merchant.merchantId, actor) });
      return [...answer.offers.nodes, ...answer.merchant.offers.nodes].map((node: any) => node.code);
    };
    for (const actor of [marketer, approver, ownPartner("offers:read"), callers.service]) {
      expect((await life.ask(actor, document, { id: offerId })).offer).toEqual({ code });
      expect((await codes(actor)).filter((each) => each === code)).toHaveLength(2);
    }
    const others = callers.partner(await stage.partner(), ["offers:read", "offers:write"]);
    for (const actor of [others, ownPartner("members:read"), callers.member(newId()), callers.staff("SUPPORT")]) {
      expect(await life.ask(actor, document, { id: offerId })).toEqual({ offer: null, node: null });
      expect(await codes(actor)).not.toContain(code);
    }
  });

  it("is not found by anonymous callers, who must sign in for any offer", async () => {
    const answer = await stage.api.execute({ kind: "anonymous" }, document, { id: (await life.published()).offerId });
    expect(answer.errors?.[0]?.extensions?.code).toBe("UNAUTHENTICATED");
  });
});

describe("a published offer", () => {
  it("is seen by every signed-in caller, without its versions, its audience and its use", async () => {
    const tag = await stage.tag(merchant.partnerId);
    const { offerId } = await life.published(await life.drafted(marketer, life.newOffer({ audienceTags: [tag] })));
    const document = `query ($id: ID!) { offer(id: $id) {
      name termsText mark { amountMinor currency } audienceTags versions { version } versionDiff(from: 1, to: 1) { path }
      usedBy { deliveries } merchant { code } } }`;
    const member = callers.member(await stage.memberOf(merchant));
    for (const actor of [member, callers.partner(await stage.partner(), ["offers:read"])]) {
      expect((await life.ask(actor, document, { id: offerId })).offer).toEqual({
        name: "Spend 20, get 5",
        termsText: "At our shops.",
        mark: { amountMinor: "2000", currency: "USD" },
        audienceTags: null,
        versions: null,
        versionDiff: null,
        usedBy: null,
        merchant: { code: merchant.code },
      });
    }
    const own = (await life.ask(ownPartner("offers:read"), document, { id: offerId })).offer;
    expect(own).toMatchObject({ audienceTags: [tag], versions: [{ version: 1 }], usedBy: { deliveries: 0 } });
    const uses = await life.ask(marketer, `query ($code: String!) { tagDefinition(code: $code) { usedBy { id } } }`, {
      code: tag,
    });
    expect(uses.tagDefinition.usedBy).toEqual([{ id: offerId }]);
  });

  it("does not tell other partners, by a public tag, whom it is meant for", async () => {
    const tag = await stage.tag(merchant.partnerId, { sensitivity: "PUBLIC" });
    const { offerId } = await life.published(await life.drafted(marketer, life.newOffer({ audienceTags: [tag] })));
    const document = `query ($code: String!) { tagDefinition(code: $code) { usedBy { id } } }`;
    const seenBy = async (actor: Actor) => (await life.ask(actor, document, { code: tag })).tagDefinition.usedBy;
    expect(await seenBy(callers.partner(await stage.partner(), ["offers:read"]))).toEqual([]);
    expect(await seenBy(ownPartner("tags:write"))).toEqual([]);
    expect(await seenBy(ownPartner("offers:read"))).toEqual([{ id: offerId }]);
  });

  it("is written in the caller's language", async () => {
    const { offerId } = await life.published();
    const document = `query ($id: ID!) { offer(id: $id) { name termsText nameTranslations { en zhCN } } }`;
    const { offer } = await stage.api.ask<any>(marketer, document, { id: offerId }, { locale: "zh-CN" });
    expect(offer).toMatchObject({
      name: "满二十减五",
      termsText: "限门店使用。",
      nameTranslations: { en: "Spend 20, get 5" },
    });
  });
});

describe("offers are listed", () => {
  it("by kind, window, state and part of the name, in pages", async () => {
    const own = await stage.merchant();
    const none = { mark: dollars(0), reward: dollars(0) };
    await stage.offer(own, { name: { en: "Alpha 50%" }, endsAt: hours(10) });
    await stage.offer(own, { name: { "zh-CN": "贝塔" }, kind: "SINGLE_PURCHASE", startsAt: hours(20) });
    await stage.offer(own, { name: { en: "Gamma" }, kind: "INFORMATIONAL", ...none });
    const merchantId = life.sealed("Merchant", own.merchantId, marketer);
    const names = async (filter: object, first = 20, after?: string) => {
      const document = `query ($filter: OfferFilterInput, $first: Int!, $after: Cursor) {
        offers(filter: $filter, first: $first, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } } }`;
      const { offers } = await life.ask(marketer, document, { filter: { merchantId, ...filter }, first, after });
      return { ...offers.pageInfo, names: offers.nodes.map((node: any) => node.name) };
    };
    expect((await names({ kind: "INFORMATIONAL" })).names).toEqual(["Gamma"]);
    expect((await names({ activeAt: hours(9) })).names).toEqual(["Alpha 50%", "Gamma"]);
    expect((await names({ activeAt: hours(10) })).names).toEqual(["Gamma"]);
    expect((await names({ from: hours(10), before: hours(20) })).names).toEqual(["Gamma"]);
    expect((await names({ from: hours(10), before: hours(21) })).names).toEqual(["贝塔", "Gamma"]);
    expect((await names({ search: "贝" })).names).toEqual(["贝塔"]);
    expect((await names({ search: "0%" })).names).toEqual(["Alpha 50%"]);
    expect((await names({ search: "0_" })).names).toEqual([]);
    expect((await names({ state: "PAUSED" })).names).toEqual([]);
    const page = await names({}, 2);
    expect(page).toMatchObject({ names: ["Alpha 50%", "贝塔"], hasNextPage: true });
    expect(await names({}, 2, page.endCursor)).toMatchObject({ names: ["Gamma"], hasNextPage: false });
  });
});
