import { callers } from "../support/api";
import {
  benefitInput,
  packageInput,
  pickSlot,
  productInput,
  rightsStage,
  unique,
  type RightsStage,
} from "../support/rights-stage";

/*
 * S14 card separated from rights: card products carry slots, packages fill slots, and the same package serves several
 * products. Everything is done by GraphQL: the marketing team's catalogue, and what members then hold.
 */

const marketer = callers.staff("MARKETER");
const approver = callers.staff("APPROVER");

let stage: RightsStage;
let partnerCode: string;

beforeAll(async () => {
  stage = await rightsStage();
  const partnerId = await stage.partner();
  await stage.services.catalogue.catchUp();
  partnerCode = stage.services.catalogue.current.partners.get(partnerId)?.code ?? "";
});

async function packages(...names: string[]): Promise<string[]> {
  const codes: string[] = [];
  for (const name of names) {
    const benefit = unique(`b-${name}`);
    await stage.publish("Benefit", benefit, benefitInput(partnerCode, { name: { en: `${name} benefit` } }));
    const code = unique(name);
    await stage.publish("RightsPackage", code, packageInput(name, 120_000, [benefit]));
    codes.push(code);
  }
  return codes;
}

describe("a marketing team", () => {
  it("fills slots of two card products with the same packages, and each names who uses it", async () => {
    const [travel = "", car = "", golf = ""] = await packages("travel", "car", "golf");
    const large = unique("large-platinum");
    const small = unique("small-platinum");
    await stage.publish(
      "CardProduct",
      large,
      productInput("Large platinum", [pickSlot("annual", [travel, car, golf])]),
    );
    await stage.publish(
      "CardProduct",
      small,
      productInput("Small platinum", [
        pickSlot("annual", [travel, car], {
          fill: { pick: { picks: 1, packageCodes: [travel, car], defaultCodes: [car] } },
        }),
        pickSlot("always", [], { fill: { fixed: { packageCodes: [golf] } } }),
      ]),
    );
    const found = await stage.ask(
      marketer,
      `query ($travel: String!, $small: String!) {
        rightsPackage(code: $travel) {
          state content { name worth { amountMinor } benefits { quantity benefit { usedBy { code } content { category terms {
            ... on CountedServiceTerms { quota { units per } } } } } } }
          usedBy { type code }
        }
        cardProduct(code: $small) { content { slots { code fill {
          ... on PickFill { picks packageCodes defaultCodes } ... on FixedFill { packageCodes } } } } }
      }`,
      { travel, small },
    );
    expect(found.rightsPackage).toMatchObject({
      state: "PUBLISHED",
      content: {
        name: "travel",
        worth: { amountMinor: "120000" },
        benefits: [
          { quantity: 1, benefit: { content: { category: "CAR", terms: { quota: { units: 1, per: "MONTH" } } } } },
        ],
      },
    });
    expect(found.rightsPackage.content.benefits[0].benefit.usedBy).toEqual([{ code: travel }]);
    expect(found.rightsPackage.usedBy.map((use: { code: string }) => use.code).sort()).toEqual([large, small].sort());
    expect(found.cardProduct.content.slots).toEqual([
      { code: "annual", fill: { picks: 1, packageCodes: [travel, car], defaultCodes: [car] } },
      { code: "always", fill: { packageCodes: [golf] } },
    ]);
  });

  it("copies a package for another product as a draft of its own", async () => {
    const [travel = ""] = await packages("travel");
    const code = unique("travel-lite");
    const copied = await stage.mutate(
      marketer,
      `mutation ($input: CopyRightsPackageInput!) { copyRightsPackage(input: $input) {
        item { code state content { name } usedBy { code } } version { version state } userErrors { code } } }`,
      { fromCode: travel, code },
    );
    expect(copied).toEqual({
      item: { code, state: "DRAFT", content: { name: "travel" }, usedBy: [] },
      version: { version: 1, state: "DRAFT" },
      userErrors: [],
    });
  });

  it("publishes nothing that names what is not live, and ends nothing that is named", async () => {
    const draft = await stage.draft(
      "RightsPackage",
      { new: { code: unique("empty") } },
      packageInput("Empty", 100, ["no-such-benefit"]),
    );
    expect(draft.userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "content", "benefits"] }]);
    const [travel = ""] = await packages("travel");
    await stage.publish(
      "CardProduct",
      unique("product"),
      productInput("P", [pickSlot("one", [travel], { fill: { fixed: { packageCodes: [travel] } } })]),
    );
    const id = stage.services.catalogue.current.packagesByCode.get(travel)?.itemId ?? "";
    const item = {
      id: stage.services.ids.forActor(marketer).seal("RightsPackage", id),
      code: travel,
      state: "PUBLISHED",
    };
    const ended = await stage.step("RightsPackage", "end", marketer, {
      item,
      version: { version: 1, revision: 4, state: "" },
      userErrors: [],
    });
    expect(ended.userErrors).toMatchObject([{ code: "IN_USE" }]);
  });

  it("needs a second person, and says what is wrong with a slot by its place", async () => {
    const drafted = await stage.draft("Benefit", { new: { code: unique("b") } }, benefitInput(partnerCode));
    const submitted = await stage.step("Benefit", "submit", marketer, drafted);
    expect((await stage.step("Benefit", "approve", marketer, submitted)).userErrors).toMatchObject([
      { code: "FORBIDDEN" },
    ]);
    expect((await stage.step("Benefit", "approve", approver, submitted)).version).toMatchObject({ state: "APPROVED" });
    const wrong = productInput("Wrong", [
      pickSlot("annual", ["some-package"], { fill: { pick: { picks: 2, packageCodes: ["some-package"] } } }),
    ]);
    expect((await stage.draft("CardProduct", { new: { code: unique("wrong") } }, wrong)).userErrors).toMatchObject([
      { code: "INVALID_INPUT", path: ["input", "content", "slots", "0", "fill"] },
    ]);
  });

  it("tells a partner nothing of another's drafts, and nobody outside what a use costs", async () => {
    const owner = await stage.partner();
    const other = await stage.partner();
    const code = unique("secret");
    const bank = callers.partner(owner, ["offers:read", "offers:write"]);
    const target = { new: { code, partnerId: stage.partnerGid(owner) } };
    const document = `mutation ($input: DraftBenefitInput!) { draftBenefit(input: $input) { item { code } userErrors { code } } }`;
    expect(await stage.mutate(bank, document, { target, content: benefitInput(partnerCode) })).toMatchObject({
      item: { code },
    });
    const query = `query ($code: String!) { benefit(code: $code) { code content { costs { unitCost { amountMinor } } } versions { version } } }`;
    expect((await stage.ask(callers.partner(other, ["offers:read"]), query, { code })).benefit).toBeNull();
    expect((await stage.ask(bank, query, { code })).benefit).toMatchObject({
      content: { costs: { unitCost: { amountMinor: "3000" } } },
      versions: [{ version: 1 }],
    });
    const published = unique("open");
    await stage.publish("Benefit", published, benefitInput(partnerCode));
    const asMember = callers.member((await stage.member(owner)).memberId);
    expect((await stage.ask(asMember, query, { code: published })).benefit).toEqual({
      code: published,
      content: { costs: null },
      versions: null,
    });
  });
});
