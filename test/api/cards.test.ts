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

const support = callers.staff("SUPPORT");

let stage: RightsStage;
let partnerId: string;
let packages: string[];
let productCode: string;

beforeAll(async () => {
  stage = await rightsStage();
  partnerId = await stage.partner();
  await stage.services.catalogue.catchUp();
  const partnerCode = stage.services.catalogue.current.partners.get(partnerId)?.code ?? "";
  packages = [];
  for (const name of ["travel", "golf", "car"]) {
    const benefit = unique(`${name}-service`);
    await stage.publish("Benefit", benefit, benefitInput(partnerCode));
    const code = unique(name);
    await stage.publish("RightsPackage", code, packageInput(name, 1_000, [benefit]));
    packages.push(code);
  }
  productCode = unique("platinum");
  await stage.publish("CardProduct", productCode, productInput("Platinum", [slotOf(packages, 1)]));
});

const slotOf = (codes: readonly string[], picks: number) =>
  pickSlot("annual", codes, { fill: { pick: { picks, packageCodes: codes, defaultCodes: codes.slice(0, picks) } } });

type Actor = ReturnType<typeof callers.staff>;
const shown = `card { id state product { code } nextProduct { code } nextProductFrom cycle { number firstDay to }
  slots { code elections { id way package { code } } } next: slots(cycle: NEXT) { elections { way package { code } } } }`;

async function run(actor: Actor, at: string, name: string, input: object) {
  const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
    ${shown} userErrors { code message path } } }`;
  return (await stage.askAt(at, actor, document, { input }))[name];
}

const noon = "2026-02-01T04:00:00Z";

async function registered(over: object = {}) {
  const { memberId, number } = await stage.member(partnerId);
  const member = { id: stage.memberGid(support, { memberId }) };
  const input = { member, productCode, token: unique("token"), openedOn: "2026-01-15", ...over };
  const answer = await run(support, noon, "registerCard", input);
  const standings = async (at: string) => {
    const asked = `{ viewer { member { entitlements { nodes { benefitCode standing suspendedFor endedFor } } } } }`;
    const { viewer } = await stage.askAt(at, callers.member(memberId), asked);
    return viewer.member.entitlements.nodes.map((each: { standing: string }) => each.standing);
  };
  return { memberId, number, input, answer, cardId: answer.card?.id as string, standings };
}

describe("registering a card", () => {
  it("answers the same token once more with the first card, its slots filled once", async () => {
    const { input, answer } = await registered();
    expect(answer).toMatchObject({
      card: {
        ...{ state: "ACTIVE", product: { code: productCode }, cycle: { number: 1, firstDay: "2026-01-15" } },
        slots: [{ code: "annual", elections: [{ way: "DEFAULT", package: { code: packages[0] } }] }],
      },
    });
    const again = await run(support, noon, "registerCard", input);
    expect(again.card).toEqual(answer.card);
  });

  it("gives a token to one card alone, whether its member is named by id or by the bank's number", async () => {
    const lin = await registered();
    const wang = await stage.member(partnerId);
    const identity = {
      partnerId: stage.services.ids.forActor(support).seal("Partner", partnerId),
      number: wang.number,
    };
    for (const member of [{ id: stage.memberGid(support, wang) }, { identity }]) {
      const answer = await run(support, noon, "registerCard", { ...lin.input, member });
      expect(answer).toMatchObject({ card: null, userErrors: [{ code: "ALREADY_EXISTS", path: ["input", "token"] }] });
    }
  });

  it.each([
    ["a token that reads as a card number", { token: "4111 1111 1111 1111" }, ["INVALID_INPUT"]],
    ["the same without spaces", { token: "4111111111111111" }, ["INVALID_INPUT"]],
    ["a token that is too short", { token: "short" }, ["INVALID_INPUT"]],
    ["a product that is not there", { productCode: "no-such-product" }, ["NOT_FOUND"]],
    ["a day to come", { openedOn: "2026-02-02" }, ["INVALID_INPUT"]],
  ])("refuses %s, and repeats no card number", async (_what, over, expected) => {
    const { answer } = await registered(over);
    expect(answer.userErrors.map(({ code }: { code: string }) => code)).toEqual(expected);
    expect(JSON.stringify(answer)).not.toContain("1111");
  });

  it("is a bank's for its own products and members, and nobody else's", async () => {
    const { input } = await registered();
    const bank = callers.partner(partnerId, ["members:read", "members:write"]);
    // The product is the operator's own: a bank registers cards of its own products.
    const tried = await run(bank, noon, "registerCard", { ...input, member: input.member });
    expect(tried.userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    const member = callers.member((await stage.member(partnerId)).memberId);
    expect((await run(member, noon, "registerCard", input)).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
  });
});

describe("a card", () => {
  it("rests while it is frozen and is over when it is closed, with what it gave", async () => {
    const { cardId, standings } = await registered();
    expect(await standings(noon)).toEqual(["USABLE"]);
    expect((await run(support, noon, "freezeCard", { cardId })).card).toMatchObject({ state: "FROZEN" });
    expect((await run(support, noon, "freezeCard", { cardId })).userErrors).toEqual([]);
    expect(await standings(noon)).toEqual(["SUSPENDED"]);
    expect((await run(support, noon, "unfreezeCard", { cardId })).card).toMatchObject({ state: "ACTIVE" });
    expect(await standings(noon)).toEqual(["USABLE"]);
    await run(support, noon, "closeCard", { cardId });
    expect(await standings(noon)).toEqual(["ENDED"]);
    const after = await run(support, noon, "unfreezeCard", { cardId });
    expect(after.userErrors).toMatchObject([
      { code: "WRONG_STATE", message: expect.stringContaining("CLOSED") as string },
    ]);
  });

  it("keeps its cycle and what it gave under new plastic, and its old token for ever", async () => {
    const lin = await registered();
    const token = unique("token");
    const replaced = await run(support, noon, "replaceCard", { cardId: lin.cardId, token });
    expect(replaced.card.slots).toEqual(lin.answer.card.slots);
    expect((await run(support, noon, "replaceCard", { cardId: lin.cardId, token })).userErrors).toEqual([]);
    const wang = await registered({ token: lin.input.token });
    expect(wang.answer.userErrors).toMatchObject([{ code: "ALREADY_EXISTS" }]);
  });

  it("keeps everything to the end of its cycle where the new product says so", async () => {
    const { cardId } = await registered();
    const diamond = unique("diamond");
    const slot = slotOf([packages[1] ?? ""], 1);
    const content = productInput("Diamond", [slot], { onProductChange: "KEEP_UNTIL_CYCLE_END" });
    await stage.publish("CardProduct", diamond, content);
    const changed = await run(support, noon, "changeCardProduct", { cardId, productCode: diamond });
    expect(changed.card).toMatchObject({
      ...{
        product: { code: productCode },
        nextProduct: { code: diamond },
        nextProductFrom: "2027-01-14T16:00:00.000Z",
      },
      slots: [{ elections: [{ package: { code: packages[0] } }] }],
    });
    const later = await run(support, "2027-01-14T16:00:00Z", "freezeCard", { cardId });
    expect(later.card).toMatchObject({ product: { code: diamond }, nextProduct: null });
  });

  it("ends everything at once where the new product says so, and opens its slots", async () => {
    const { cardId, standings } = await registered();
    const basic = unique("basic");
    await stage.publish(
      "CardProduct",
      basic,
      productInput("Basic", [slotOf([packages[0] ?? ""], 1)], { onProductChange: "END" }),
    );
    const changed = await run(support, noon, "changeCardProduct", { cardId, productCode: basic });
    expect(changed.card).toMatchObject({ product: { code: basic }, slots: [{ elections: [{ way: "DEFAULT" }] }] });
    expect(await standings(noon)).toEqual(["ENDED", "USABLE"]);
  });
});
