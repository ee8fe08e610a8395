import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { getOperationAST, print } from "graphql";
import {
  ApproveOfferDocument,
  AuditTrailDocument,
  CheckRuleDocument,
  DraftOfferDocument,
  EnrollMemberDocument,
  ExplainOfferDocument,
  MemberFileDocument,
  MemberListDocument,
  MemberMatchesDocument,
  MemberScreenDocument,
  MerchantPageDocument,
  OfferBoardDocument,
  PauseOfferDocument,
  PreviewAudienceDocument,
  ProgramTermsDocument,
  PublishOfferDocument,
  RecordPurchaseDocument,
  SubmitOfferDocument,
  TagCatalogueDocument,
  WhoAmIDocument,
  type OfferContentInput,
} from "../../schema/generated/graphql";
import type { Actor } from "../../src/auth/core/actor";
import type { Work } from "../../src/context";
import { newId } from "../../src/kernel/ids";
import { minorUnits } from "../../src/kernel/money";
import { points } from "../../src/kernel/points";
import { recordConsent } from "../../src/members/record-consent";
import { createMerchant } from "../../src/merchants/create-merchant";
import { createPartner } from "../../src/merchants/create-partner";
import { defineCategory } from "../../src/merchants/define-category";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { openAccounts } from "../../src/earning/open-accounts";
import { createProgram } from "../../src/programs/create-program";
import { createTagDefinition } from "../../src/tags/create-tag-definition";
import { setTags } from "../../src/tags/set-tags";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";
import { MemberStatements } from "../support/member-statements";
import { valueOf } from "../support/members-stage";

/*
 * Every document in schema/operations, run with its generated types on a small alliance, while the statements that it
 * makes are judged: what reads or writes member state names the member, so that on a cluster it is one node's business.
 */

/** Statements over all members, with the reason that makes each one fit to be so. */
const overAllMembers: Readonly<Record<string, string>> = {
  MemberList: "the list of members is spread over all of them",
  MerchantPage: "the loyalty figures are a report",
  OfferBoard: "what an offer reached is a report",
  PreviewAudience: "an audience is of all members: it takes up whose facts changed, and reads chunks",
  ProgramTerms: "how many members depend on a program is a report",
};

const now = new Date("2026-06-01T12:00:00Z");
const marketer = callers.staff("MARKETER");
const statements = new MemberStatements();
let api: TestApi;
let ids: { partner: string; merchant: string; member: string };
let partnerId: string;
let offerId: string;
let member: Actor;
let portal: Actor;

async function run<Data, Variables>(
  actor: Actor,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  locale: "en" | "zh-CN" = "en",
): Promise<Data> {
  statements.operation = getOperationAST(document)?.name?.value ?? "";
  const answer = await api.ask<Data>(actor, print(document), variables as Record<string, unknown>, { locale });
  return JSON.parse(JSON.stringify(answer)) as Data;
}

/** Of all that was asked since the last test, the stage's own work before the first one included. */
afterEach(() => {
  const loose = statements.memberless.filter(({ operation }) => !(operation in overAllMembers));
  statements.clear();
  expect(loose).toEqual([]);
});

beforeAll(async () => {
  const { database } = await testDatabase({ poolSize: 8, onStatement: statements.hear });
  api = testApi(database, () => now);
  const work: Work = { services: api.services, database, actor: callers.service, now };
  const partner = valueOf(await createPartner(work, { code: "tea-house", name: { en: "Tea House", "zh-CN": "茶馆" } }));
  partnerId = partner.partnerId;
  portal = callers.partner(partnerId, ["members:write", "members:read", "purchases:write", "reports:read"]);
  valueOf(await defineCategory(work, { code: "tea", name: { en: "Tea" } }));
  const nothing = { parentMerchantId: null, websiteUrl: null, logoUrl: null };
  const merchant = valueOf(
    await createMerchant(work, { partnerId, code: "tea-house", name: { en: "Tea" }, categoryCode: "tea", ...nothing }),
  );
  const program = valueOf(
    await createProgram(work, {
      issuerPartnerId: partnerId,
      code: "leaves",
      name: { en: "Leaves", "zh-CN": "茶叶" },
      unitName: { en: "leaves" },
      timeZone: "Asia/Shanghai",
      currency: "CNY",
      earnPoints: points(1n),
      earnPerMinor: minorUnits(2000n),
      earnRounding: "DOWN",
      valueMinor: minorUnits(1n),
      valuePoints: points(1n),
      expiry: { kind: "NEVER", months: null, rounding: null },
    }),
  );
  await createTagDefinition(work, {
    code: "likes_oolong",
    name: { en: "Likes oolong" },
    description: { en: "Says so." },
    type: "BOOLEAN",
    choices: [],
    unit: null,
    sourcePartnerId: partnerId,
    sensitivity: "INTERNAL",
  });
  const seen = api.services.ids.forActor(portal);
  const enrolled = await run(portal, EnrollMemberDocument, {
    input: {
      partnerId: seen.seal("Partner", partnerId),
      number: "T-1",
      locale: "zh-CN",
      profile: { displayName: "Lin Yue" },
    },
  });
  const memberId = seen.open(enrolled.enrollMember.member?.id ?? "")?.id ?? "";
  member = callers.member(memberId);
  valueOf(await recordConsent(work, { memberId, partnerId, purpose: "MARKETING", granted: true, wording: "v1" }));
  valueOf(
    await setTags(work, { memberId, tags: [{ code: "likes_oolong", value: { boolean: true }, observedAt: null }] }),
  );
  const { programId } = program;
  await openAccounts(api.services, [{ memberId, programId, available: 9_007_199_254_740_993n }], now);
  ids = {
    partner: seen.seal("Partner", partnerId),
    merchant: seen.seal("Merchant", merchant.merchantId),
    member: seen.seal("Member", memberId, memberId),
  };
});

const content: OfferContentInput = {
  name: { en: "Spend 20, get 5", zhCN: "满二十减五" },
  termsText: { en: "At our house.", zhCN: "本店使用。" },
  imageUrl: { en: "https://tea.example/en.png", zhCN: "https://tea.example/zh.png" },
  kind: "CUMULATIVE_SPEND",
  mark: { amountMinor: "2000", currency: "CNY" },
  reward: { amountMinor: "500", currency: "CNY" },
  validHours: 168,
  channels: ["EMAIL"],
  startsAt: "2026-01-01T00:00:00Z",
  audienceTags: ["likes_oolong"],
};

describe("the operations, from a draft to a completed offer", () => {
  it("drafts, submits, approves and publishes an offer", async () => {
    const target = { newOffer: { merchantId: ids.merchant, code: "spring" } };
    const drafted = await run(marketer, DraftOfferDocument, { input: { target, content } });
    offerId = drafted.draftOffer.offer?.id ?? "";
    const step = (revision: number) => ({ input: { offerId, version: 1, revision } });
    const submitted = await run(marketer, SubmitOfferDocument, step(1));
    expect(submitted.submitOffer).toMatchObject({ version: { state: "REVIEW", revision: 2 }, userErrors: [] });
    const self = await run(callers.staff("APPROVER", "MARKETER"), ApproveOfferDocument, step(1));
    expect(self.approveOffer.userErrors.map((error) => error.code)).toEqual(["VERSION_CONFLICT"]);
    const approved = await run(callers.staff("APPROVER"), ApproveOfferDocument, step(2));
    expect(approved.approveOffer).toMatchObject({ version: { state: "APPROVED" }, userErrors: [] });
    const published = await run(marketer, PublishOfferDocument, step(3));
    expect(published.publishOffer).toMatchObject({ offer: { state: "PUBLISHED" }, userErrors: [] });
  });

  it("records purchases until one completes the delivery", async () => {
    const raw = (id: string) => api.services.ids.forActor(callers.service).open(id)?.id ?? "";
    const work: Work = { services: api.services, database: api.services.database, actor: callers.service, now };
    const memberId = member.kind === "member" ? member.memberId : "";
    const delivery = { offerId: raw(offerId), memberId, channel: "EMAIL", sourceReference: "mail-1" } as const;
    valueOf(await deliverOffer(work, delivery));
    const purchase = (amountMinor: string) => ({
      input: {
        member: { identity: { partnerId: ids.partner, number: "T-1" } },
        merchantId: ids.merchant,
        channel: "IN_STORE" as const,
        amount: { amountMinor, currency: "CNY" },
        occurredAt: now.toISOString(),
        sourceReference: newId(),
      },
    });
    const first = await run(portal, RecordPurchaseDocument, purchase("1999"));
    expect(first.recordPurchase).toMatchObject({ purchase: { completedDeliveries: [] }, userErrors: [] });
    const second = await run(portal, RecordPurchaseDocument, purchase("1"));
    expect(second.recordPurchase.purchase?.completedDeliveries).toMatchObject([
      { terms: { reward: { amountMinor: "500", currency: "CNY" } } },
    ]);
    const foreign = await run(portal, RecordPurchaseDocument, {
      input: { ...purchase("1").input, amount: { amountMinor: "-1", currency: "CNY" } },
    });
    expect(foreign.recordPurchase).toMatchObject({ purchase: null, userErrors: [{ code: "INVALID_INPUT" }] });
  });

  it("shows the member its screen in its language, with every digit of the balance", async () => {
    const { viewer } = await run(member, MemberScreenDocument, {}, "zh-CN");
    expect(viewer?.member?.accounts).toMatchObject([{ available: "9007199254740993", program: { name: "茶叶" } }]);
    expect(viewer?.member?.purchases?.nodes.map((one) => one.amount.amountMinor)).toEqual(["1", "1999"]);
    expect(viewer?.member?.offerDeliveries?.nodes).toEqual([]);
  });

  it("shows support the member's file", async () => {
    const support = callers.staff("SUPPORT");
    const { memberByIdentity } = await run(support, MemberFileDocument, { partnerCode: "tea-house", number: "T-1" });
    expect(memberByIdentity).toMatchObject({
      profile: { displayName: "L** Y**" },
      tags: [{ code: "likes_oolong", value: { boolean: true } }],
      offerDeliveries: { nodes: [{ state: "COMPLETED" }] },
    });
  });

  it("pauses the offer", async () => {
    const paused = await run(marketer, PauseOfferDocument, { input: { offerId, version: 1, revision: 4 } });
    expect(paused.pauseOffer).toMatchObject({ version: { state: "PAUSED" }, userErrors: [] });
  });
});

describe("the operations that read", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["WhoAmI", () => run(portal, WhoAmIDocument, {})],
    ["MemberList", () => run(portal, MemberListDocument, { first: 50 })],
    [
      "MerchantPage",
      () =>
        run(portal, MerchantPageDocument, {
          code: "tea-house",
          from: "2026-01-01T00:00:00Z",
          to: "2027-01-01T00:00:00Z",
        }),
    ],
    ["MemberMatches", () => run(member, MemberMatchesDocument, { first: 10 })],
    [
      "ExplainOffer",
      () => run(marketer, ExplainOfferDocument, { memberId: ids.member, offerId, moment: { scene: "dining" } }),
    ],
    ["OfferBoard", () => run(marketer, OfferBoardDocument, { first: 20 })],
    ["CheckRule", () => run(marketer, CheckRuleDocument, { text: "member.age >= 18", search: "age" })],
    ["PreviewAudience", () => run(marketer, PreviewAudienceDocument, { source: { text: "member.tenure_days >= 0" } })],
    ["ProgramTerms", () => run(callers.staff("FINANCE"), ProgramTermsDocument, {})],
    ["TagCatalogue", () => run(marketer, TagCatalogueDocument, { first: 50 })],
    ["AuditTrail", () => run(callers.staff("AUDITOR"), AuditTrailDocument, { first: 20 })],
  ])("%s answers, and reads member state by member unless it is a report", async (name, ask) => {
    expect(await ask()).toBeTruthy();
    expect(new Set(statements.heard.map(({ operation }) => operation))).toEqual(new Set([name]));
    expect(statements.memberless.length > 0).toBe(name in overAllMembers);
  });

  it("withholds the figures of a merchant with too few members", async () => {
    const window = { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" };
    const { merchant } = await run(portal, MerchantPageDocument, { code: "tea-house", ...window });
    expect(merchant?.loyalty).toMatchObject({ minimumGroup: 5, members: null, spend: null });
  });
});
