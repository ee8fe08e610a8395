import type { Actor } from "../../src/auth/core/actor";
import { exportCatalogue } from "../../src/catalogue/export-catalogue";
import { applyCatalogueImport, planCatalogueImport } from "../../src/catalogue/import-catalogue";
import { describePlan } from "../../src/catalogue/core/import-plan";
import { parseOfferContent, serialiseOfferContent } from "../../src/offers/core/content";
import { storedContent } from "../../src/publishing/stored-content";
import { offerVersions } from "../../src/offers/offer-versions";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { callers } from "../support/api";
import { contentInput, marketer, offerLife, type Drafted } from "../support/offer-life";
import { offerContent, offersStage, type OffersStage } from "../support/offers-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

let stage: OffersStage;
let merchant: MerchantRow;
let life: ReturnType<typeof offerLife>;
let income: string;
let level: string;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  life = offerLife(stage, merchant);
  income = await stage.tag(merchant.partnerId, { type: "NUMBER" });
  level = await stage.tag(merchant.partnerId, { type: "ENUM", choices: ["gold", "silver"] });
});

const shown = `query ($id: ID!, $from: Int = 1, $to: Int = 2) { offer(id: $id) {
  rule { text } isRuleHidden priority versions { content { rule { text tree } isRuleHidden priority } }
  versionDiff(from: $from, to: $to) { path before after } } }`;
const read = async (actor: Actor, offerId: string): Promise<any> => {
  const sealedId = life.sealed("Offer", rawId(offerId), actor);
  return (await life.ask(actor, shown, { id: sealedId })).offer;
};
const rawId = (offerId: string) => stage.services.ids.forActor(marketer).open(offerId)?.id ?? "";
const ownPartner = () => callers.partner(merchant.partnerId, ["offers:read", "offers:write"]);

describe("an offer with a rule", () => {
  it("takes it as a tree or as text, and answers it as both", async () => {
    const rule = { between: { fact: income, atLeast: 3000 } };
    const tree = await life.drafted(marketer, life.newOffer({ rule, priority: 900 }));
    const text = await life.drafted(marketer, life.newOffer({ ruleText: `${income} >= 3000` }));
    const content = (priority: number) => ({
      ...{ rule: { text: `${income} >= 3000`, tree: rule }, isRuleHidden: false },
      priority,
    });
    expect((await read(marketer, tree.offerId)).versions).toEqual([{ content: content(900) }]);
    expect((await read(marketer, text.offerId)).versions).toEqual([{ content: content(500) }]);
    expect((await read(marketer, tree.offerId)).priority).toBe(900);
  });

  it("is without one for everybody, in the middle", async () => {
    const { offerId } = await life.drafted();
    expect(await read(marketer, offerId)).toMatchObject({ rule: null, isRuleHidden: false, priority: 500 });
  });

  it("shows how the rule differs between versions as text", async () => {
    const first = await life.published(await life.drafted(marketer, life.newOffer({ ruleText: `${income} >= 3000` })));
    const content = contentInput({ ruleText: `${income} >= 3000 and ${level} = "gold"`, priority: 10 });
    await life.drafted(marketer, { target: { offerId: first.offerId }, content });
    expect((await read(marketer, first.offerId)).versionDiff).toEqual([
      { path: ["priority"], before: null, after: "10" },
      {
        path: ["rule"],
        before: JSON.stringify(`${income} >= 3000`),
        after: JSON.stringify(`${income} >= 3000 and ${level} = "gold"`),
      },
    ]);
  });

  it.each<[string, (income: string) => object, string]>([
    ["a tag nobody defined", () => ({ rule: { has: { fact: "no_such" } } }), "UNKNOWN_FACT rule.has.fact"],
    ["a tag nobody defined in a text", () => ({ ruleText: "has no_such" }), "UNKNOWN_FACT ruleText"],
    ["a choice that is none", () => ({ ruleText: 'context.scene = "moon"' }), "RULE_TYPE_MISMATCH ruleText"],
    ["a text that is none", () => ({ ruleText: "and" }), "INVALID_RULE ruleText"],
    ["an empty text", () => ({ ruleText: "" }), "INVALID_RULE ruleText"],
    [
      "a tree and a text at once",
      (fact) => ({ rule: { has: { fact } }, ruleText: `has ${fact}` }),
      "INVALID_INPUT rule",
    ],
    ["a priority above the highest", () => ({ priority: 1001 }), "INVALID_INPUT priority"],
    ["a priority below zero", () => ({ priority: -1 }), "INVALID_INPUT priority"],
  ])("is refused for %s, saying where", async (_, over, refusal) => {
    const { userErrors } = await life.mutate(marketer, "draftOffer", life.newOffer(over(income)));
    expect(userErrors.map(({ code, path }: any) => `${code} ${path.slice(2).join(".")}`)).toEqual([refusal]);
    const { offerId, version, revision } = await life.drafted();
    const edit = { offerId, version, revision, content: contentInput(over(income)) };
    expect((await life.mutate(marketer, "editOffer", edit)).userErrors).toMatchObject([
      { code: refusal.split(" ")[0] },
    ]);
  });

  it("tells everything that is wrong at once, of the rule and of the rest", async () => {
    const over = { validHours: 0, ruleText: "has no_such" };
    const { userErrors } = await life.mutate(marketer, "draftOffer", life.newOffer(over));
    expect(userErrors.map(({ code }: any) => code)).toEqual(["INVALID_INPUT", "UNKNOWN_FACT"]);
  });
});

describe("who may not see a rule", () => {
  it("are members and other partners", async () => {
    const offer = await life.published(await life.drafted(marketer, life.newOffer({ ruleText: `has ${income}` })));
    const member = callers.member(await stage.memberOf(merchant));
    for (const actor of [member, callers.partner(await stage.partner(), ["offers:read"])]) {
      expect(await read(actor, offer.offerId)).toEqual({
        rule: null,
        isRuleHidden: null,
        priority: null,
        versions: null,
        versionDiff: null,
      });
    }
    expect(await read(ownPartner(), offer.offerId)).toMatchObject({ rule: { text: `has ${income}` }, priority: 500 });
  });

  it("is the own partner where it asks for a tag that it may not see: that it differs is told, and no more", async () => {
    const foreign = await stage.tag(await stage.partner(), { type: "BOOLEAN" });
    const offer = await life.published(await life.drafted(marketer, life.newOffer({ ruleText: `has ${income}` })));
    const content = contentInput({ ruleText: `has ${income} and not ${foreign}` });
    await life.published(await life.drafted(marketer, { target: { offerId: offer.offerId }, content }));
    const ofPartner = await read(ownPartner(), offer.offerId);
    expect(ofPartner).toMatchObject({ rule: null, isRuleHidden: true });
    expect(ofPartner.versions.map(({ content: { isRuleHidden } }: any) => isRuleHidden)).toEqual([false, true]);
    expect(ofPartner.versionDiff).toEqual([{ path: ["rule"], before: null, after: null }]);
    expect(JSON.stringify(ofPartner)).not.toContain(foreign);
    expect((await read(marketer, offer.offerId)).rule.text).toBe(`has ${income} and not ${foreign}`);
  });

  it("may not name in one what it may not see, in the words for what does not exist", async () => {
    const foreign = await stage.tag(await stage.partner(), { type: "BOOLEAN" });
    const draft = life.newOffer({ ruleText: foreign });
    const target = {
      newOffer: { ...draft.target.newOffer, merchantId: life.sealed("Merchant", merchant.merchantId, ownPartner()) },
    };
    const { userErrors } = await life.mutate(ownPartner(), "draftOffer", { ...draft, target });
    expect(userErrors).toMatchObject([{ code: "UNKNOWN_FACT", path: ["input", "content", "ruleText"] }]);
    expect(userErrors[0].message).toContain("which no rule may ask for");
  });
});

describe("a rule that a partner may not read", () => {
  let foreign: string;
  beforeAll(async () => {
    foreign = await stage.tag(await stage.partner(), { type: "BOOLEAN" });
  });

  /** An offer of the partner that staff narrowed down by another partner's tag. */
  const hidden = () => life.drafted(marketer, life.newOffer({ ruleText: `has ${income} and not ${foreign}` }));
  const own = ({ offerId }: { readonly offerId: string }) => life.sealed("Offer", rawId(offerId), ownPartner());
  const ruleOf = async ({ offerId, version }: { readonly offerId: string; readonly version: number }) =>
    (await read(marketer, offerId)).versions[version - 1].content.rule?.text;
  const edited = (draft: Drafted, over = {}) => {
    const { version, revision } = draft;
    return life.mutate(ownPartner(), "editOffer", {
      ...{ offerId: own(draft), version, revision },
      content: contentInput(over),
    });
  };
  const next = (offer: Drafted, over = {}) =>
    life.mutate(ownPartner(), "draftOffer", { target: { offerId: own(offer) }, content: contentInput(over) });

  it("stays when the partner edits the rest of the draft", async () => {
    const draft = await hidden();
    expect((await edited(draft, { validHours: 24, priority: 9 })).userErrors).toEqual([]);
    expect(await ruleOf(draft)).toBe(`has ${income} and not ${foreign}`);
    expect((await read(ownPartner(), draft.offerId)).priority).toBe(9);
  });

  it("goes on to the next version that the partner drafts", async () => {
    const offer = await life.published(await hidden());
    const { version, userErrors } = await next(offer, { validHours: 24 });
    expect([version.version, userErrors]).toEqual([2, []]);
    expect(await ruleOf({ ...offer, version: 2 })).toBe(`has ${income} and not ${foreign}`);
  });

  it("goes on from the version that leads, not from a newer one that was put away", async () => {
    const offer = await life.published(await hidden());
    const open = await life.drafted(marketer, { target: { offerId: offer.offerId }, content: contentInput() });
    await life.moved(open, [marketer, "endOffer"]);
    expect((await next(offer)).userErrors).toEqual([]);
    expect(await ruleOf({ ...offer, version: 3 })).toBe(`has ${income} and not ${foreign}`);
  });

  it.each<[string, () => object, string]>([
    ["a tree", () => ({ rule: { has: { fact: income } } }), "rule"],
    ["a text", () => ({ ruleText: `has ${income}` }), "ruleText"],
    ["what is no rule", () => ({ ruleText: "and" }), "ruleText"],
  ])("is not replaced by %s", async (_, over, field) => {
    const refusal = {
      code: "FORBIDDEN",
      message: "The offer has a rule which you may not read or replace. Give none, and it stays.",
      path: ["input", "content", field],
    };
    const draft = await hidden();
    expect((await edited(draft, over())).userErrors).toEqual([refusal]);
    const offer = await life.published(draft);
    expect((await next(offer, over())).userErrors).toEqual([refusal]);
    expect(await ruleOf(offer)).toBe(`has ${income} and not ${foreign}`);
    expect((await read(marketer, offer.offerId)).versions).toHaveLength(1);
  });

  it("does not go by returning to a version that is without it, or has another", async () => {
    const bare = await life.published(await life.drafted(marketer, life.newOffer()));
    const target = { offerId: bare.offerId };
    const narrowed = contentInput({ ruleText: `has ${income} and not ${foreign}` });
    await life.published(await life.drafted(marketer, { target, content: narrowed }));
    const back = (actor: Actor, offerId: string, version: number) =>
      life.mutate(actor, "returnOffer", { offerId, version });
    expect((await back(ownPartner(), own(bare), 1)).userErrors).toEqual([
      {
        code: "FORBIDDEN",
        message: "The offer has a rule which you may not read or replace, and version 1 is without it.",
        path: ["input", "version"],
      },
    ]);
    expect((await back(ownPartner(), own(bare), 9)).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    expect((await back(ownPartner(), own(bare), 2)).userErrors).toEqual([]);
    expect(await ruleOf({ ...bare, version: 3 })).toBe(`has ${income} and not ${foreign}`);
    await life.moved({ ...bare, version: 3, revision: 1 }, [marketer, "endOffer"]);
    expect((await back(marketer, bare.offerId, 1)).userErrors).toEqual([]);
  });

  it("is refused together with whatever else is wrong", async () => {
    const { userErrors } = await edited(await hidden(), { validHours: 0, ruleText: `has ${income}` });
    expect(userErrors.map(({ code }: any) => code)).toEqual(["INVALID_INPUT", "FORBIDDEN"]);
  });

  it("is taken away by who may read it, and by the partner where it may", async () => {
    const draft = await hidden();
    const { offerId, version, revision } = draft;
    const edit = { offerId, version, revision, content: contentInput() };
    expect((await life.mutate(marketer, "editOffer", edit)).userErrors).toEqual([]);
    expect(await ruleOf(draft)).toBeUndefined();
    const readable = await life.drafted(marketer, life.newOffer({ ruleText: `has ${income}` }));
    expect((await edited(readable)).userErrors).toEqual([]);
    expect(await ruleOf(readable)).toBeUndefined();
  });
});

describe("a tag that a rule asks for", () => {
  it("is used by the offer, while a version with it is not ended, and keeps its choices", async () => {
    const tag = await stage.tag(merchant.partnerId, { type: "ENUM", choices: ["a", "b"] });
    const document = `query ($code: String!) { tagDefinition(code: $code) { usedBy { id } } }`;
    const uses = async () =>
      (await life.ask(marketer, document, { code: tag })).tagDefinition.usedBy.map(({ id }: any) => id);
    const draft = await life.drafted(marketer, life.newOffer({ ruleText: `${tag} = "a"` }));
    expect(await uses()).toEqual([draft.offerId]);
    const update = `mutation ($input: UpdateTagDefinitionInput!) { updateTagDefinition(input: $input) { userErrors { code } } }`;
    const input = { code: tag, revision: 1, choices: ["b"] };
    expect((await life.ask(marketer, update, { input })).updateTagDefinition.userErrors).toEqual([{ code: "IN_USE" }]);
    const { offerId, version, revision } = draft;
    const edit = { offerId, version, revision, content: contentInput() };
    expect((await life.mutate(marketer, "editOffer", edit)).userErrors).toEqual([]);
    expect(await uses()).toEqual([]);
  });
});

describe("a stored content", () => {
  it("from before there were rules reads as for everybody in the middle, and keeps its hash", () => {
    const before = serialiseOfferContent(offerContent) as Record<string, unknown>;
    expect(Object.keys(before)).not.toEqual(expect.arrayContaining(["rule"]));
    expect(Object.keys(before)).not.toEqual(expect.arrayContaining(["priority"]));
    const read = parseOfferContent(JSON.parse(JSON.stringify(before)));
    expect(read).toMatchObject({ ok: true, value: { rule: null, priority: 500 } });
    if (!read.ok) throw new Error("refused");
    expect(storedContent(offerVersions, read.value).content).toEqual(before);
  });

  it("with a rule of another shape is refused with its place", () => {
    const content = { ...(serialiseOfferContent(offerContent) as object), rule: { all: [{ has: {} }] } };
    expect(parseOfferContent(content)).toMatchObject({
      refusals: [{ code: "INVALID_RULE", path: ["input", "content", "rule", "all", "0", "has", "fact"] }],
    });
  });
});

describe("a catalogue file", () => {
  it("carries rules and priorities there and back", async () => {
    const code = "with-rule";
    await life.drafted(marketer, life.newOffer({ ruleText: `${level} = "gold"`, priority: 7 }, code));
    const lines: string[] = [];
    for await (const line of exportCatalogue(stage.work())) lines.push(line);
    const own = lines.find((line) => line.includes(`"code":"${code}"`)) ?? "";
    expect(JSON.parse(own).content).toMatchObject({ rule: { equals: { fact: level, value: "gold" } }, priority: 7 });
    expect(describePlan(await planCatalogueImport(stage.work(), lines.join(""))).at(-1)).toMatch(/^0 new, 0 changed/);

    const changed = own.replace('"value":"gold"', '"value":"silver"');
    const { applied, refused } = await applyCatalogueImport(
      stage.work(),
      await planCatalogueImport(stage.work(), changed),
    );
    expect([applied.length, refused]).toEqual([1, []]);
    const bad = own.replace('"value":"gold"', '"value":"tin"');
    const outcome = await applyCatalogueImport(stage.work(), await planCatalogueImport(stage.work(), bad));
    expect(outcome.refused[0]?.reason).toContain('"tin"');
  });
});
