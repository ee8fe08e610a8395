import { eq } from "drizzle-orm";
import { callers } from "../support/api";
import { balanceOf, earn, lot } from "../support/ledger-stage";
import {
  benefitInput,
  packageInput,
  pickSlot,
  productInput,
  rightsStage,
  swapByTime,
  unique,
  type RightsStage,
} from "../support/rights-stage";
import { swaps } from "../../src/cards/cards.tables";
import { beginCycles } from "../../src/cards/begin-cycles";
import { sweepSwaps } from "../../src/cards/swap-payment";
import { newId } from "../../src/kernel/ids";
import { points } from "../../src/kernel/points";

/*
 * S15 choose and swap: a platinum holder picks packages (travel, car, entertainment, hotel, golf) each year and may swap
 * them; a quote shows what is lost and gained, what was partly used, the window and the quota left. By GraphQL alone; the
 * points are put there beforehand.
 */

const support = callers.staff("SUPPORT");
const names = ["travel", "car", "entertainment", "hotel", "golf"] as const;
const worth = { travel: 120_000, car: 60_000, entertainment: 80_000, hotel: 120_000, golf: 150_000 };

let stage: RightsStage;
let partnerId: string;
let partnerCode: string;
let programId: string;
let programCode: string;
let merchantId: string;
/** The benefit of each package, by its code. */
const benefits: Record<string, string> = {};
const codes = {} as Record<(typeof names)[number], string>;

beforeAll(async () => {
  stage = await rightsStage();
  const merchant = await stage.merchant();
  ({ partnerId, merchantId } = merchant);
  programId = await stage.program({ issuerPartnerId: partnerId });
  await stage.services.catalogue.catchUp();
  const { partners, programs } = stage.services.catalogue.current;
  partnerCode = partners.get(partnerId)?.code ?? "";
  programCode = programs.get(programId)?.code ?? "";
  for (const name of names) {
    const benefit = unique(`${name}-service`);
    await stage.publish(
      "Benefit",
      benefit,
      benefitInput(partnerCode, { terms: { countedService: { quota: { units: 6, per: "CYCLE" } } } }),
    );
    codes[name] = unique(name);
    benefits[codes[name]] = benefit;
    await stage.publish("RightsPackage", codes[name], packageInput(name, worth[name], [benefit]));
  }
});

/** A platinum card of which two packages are picked, opened on 2026-01-01, and what its holder does. */
async function platinum(swap: object = swapByTime, over: object = {}) {
  const productCode = unique("platinum");
  const slot = pickSlot(
    "annual",
    names.map((name) => codes[name]),
    {
      fill: {
        pick: { picks: 2, packageCodes: names.map((name) => codes[name]), defaultCodes: [codes.car, codes.hotel] },
      },
      swap: { ...swap, payWithPoints: { programCode, pointsPerMinorUnit: "1" } },
      ...over,
    },
  );
  await stage.publish("CardProduct", productCode, productInput("Platinum", [slot]));
  const { memberId } = await stage.member(partnerId);
  const lin = callers.member(memberId);
  const run = async (actor: typeof lin, at: string, name: string, input: object, payload: string) => {
    const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${payload} userErrors { code message path } } }`;
    return (await stage.askAt(at, actor, document, { input }))[name];
  };
  const member = { id: stage.memberGid(support, { memberId }) };
  const registered = await run(
    support,
    "2026-01-01T02:00:00+08:00",
    "registerCard",
    { member, productCode, token: unique("token"), openedOn: "2026-01-01" },
    "card { id state }",
  );
  expect(registered.userErrors).toEqual([]);
  const cards = (at: string) =>
    stage.askAt(
      at,
      lin,
      `{ viewer { member { cards { id state cycle { number firstDay } slots { code picks opensAt closesAt elections { id way place package { code } } } } } } }`,
    );
  const idOfCard = async () => (await cards("2026-01-02T00:00:00Z")).viewer.member.cards[0].id as string;
  return {
    ...{ lin, memberId, productCode },
    cards,
    held: async (at: string) =>
      Object.fromEntries(
        (await cards(at)).viewer.member.cards[0].slots[0].elections.map(
          (each: { package: { code: string }; way: string; id: string }) => [each.package.code, each],
        ),
      ) as Record<string, { way: string; id: string }>,
    elect: async (at: string, packageCode: string) =>
      run(
        lin,
        at,
        "electPackage",
        { cardId: await idOfCard(), slotCode: "annual", packageCode },
        "election { id way place package { code } }",
      ),
    electAhead: async (at: string, packageCode: string) =>
      run(
        lin,
        at,
        "electPackage",
        { cardId: await idOfCard(), slotCode: "annual", packageCode, cycle: "NEXT" },
        "election { id way }",
      ),
    quote: (at: string, electionId: string, packageCode: string) =>
      run(
        lin,
        at,
        "quoteSwap",
        { electionId, packageCode },
        `quote { id state honouredUntil credit { amountMinor } target { amountMinor }
        difference { amountMinor } due { amountMinor } duePoints usedUnits swapsLeft canSwapBack lost { benefitCode usedUnits } gained { benefitCode } }`,
      ),
    swap: (at: string, swapId: string, payment?: object) =>
      run(lin, at, "swapPackage", { swapId, payment }, "election { id way package { code } }"),
    /** One unit of the package's benefit, at the bank's own merchant. */
    async use(at: string, packageCode: string) {
      const merchant = stage.services.ids.forActor(callers.service).seal("Merchant", merchantId);
      const { viewer } = await stage.askAt(
        at,
        lin,
        `{ viewer { member { entitlements(first: 100) { nodes { id benefitCode } } } } }`,
      );
      const benefit = benefits[packageCode];
      const found = viewer.member.entitlements.nodes.find(
        (each: { benefitCode: string }) => each.benefitCode === benefit,
      );
      const opened = stage.services.ids.forActor(lin).openAs("Entitlement", found.id);
      const id = stage.services.ids.forActor(callers.service).seal("Entitlement", opened?.id ?? "", memberId);
      const input = { entitlement: { id }, merchantId: merchant, idempotencyKey: newId() };
      expect((await run(callers.service, at, "redeemEntitlement", input, "redemption { state }")).userErrors).toEqual(
        [],
      );
    },
    freeze: async (at: string) => run(lin, at, "freezeCard", { cardId: await idOfCard() }, "card { state }"),
    change: async (at: string, code: string) =>
      run(
        support,
        at,
        "changeCardProduct",
        { cardId: await idOfCard(), productCode: code },
        "card { product { code } nextProduct { code } }",
      ),
    async give(amount: bigint) {
      await stage.post(
        earn(memberId, programId, [lot(points(amount))], {
          recordedAt: new Date("2026-01-01T00:00:00Z"),
          occurredAt: new Date("2026-01-01T00:00:00Z"),
        }),
      );
    },
    balance: async () => balanceOf(await stage.books(memberId), programId),
  };
}

const afterDays = (days: number) => new Date(Date.parse("2026-01-01T10:00:00+08:00") + days * 86_400_000).toISOString();

describe("a platinum holder", () => {
  it("holds the defaults until she chooses, and replaces them within the window without a swap", async () => {
    const lin = await platinum();
    expect(Object.keys(await lin.held(afterDays(1))).sort()).toEqual([codes.car, codes.hotel].sort());
    const chosen = await lin.elect(afterDays(2), codes.travel);
    expect(chosen).toMatchObject({ election: { way: "CHOSEN", package: { code: codes.travel } }, userErrors: [] });
    expect((await lin.elect(afterDays(2), codes.travel)).election.id).toBe(chosen.election.id);
    const held = await lin.held(afterDays(3));
    expect([held[codes.travel]?.way, held[codes.hotel]?.way, held[codes.car]]).toEqual([
      "CHOSEN",
      "DEFAULT",
      undefined,
    ]);
  });

  it("is refused a choice outside of the window, of what is not offered, and of a third package", async () => {
    const lin = await platinum();
    expect((await lin.elect(afterDays(30), codes.travel)).userErrors).toMatchObject([{ code: "WINDOW_CLOSED" }]);
    expect((await lin.elect(afterDays(2), "no-such-package")).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    await lin.elect(afterDays(2), codes.travel);
    await lin.elect(afterDays(2), codes.golf);
    expect((await lin.elect(afterDays(2), codes.entertainment)).userErrors).toMatchObject([{ code: "WRONG_STATE" }]);
  });

  it("swaps travel for golf after 73 of 365 days: credit 960.00, target 1,200.00, difference 240.00 or 24,000 points", async () => {
    const lin = await platinum();
    await lin.give(30_000n);
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const { quote } = await lin.quote(afterDays(73), election.id, codes.golf);
    expect(quote).toMatchObject({
      ...{ state: "QUOTED", usedUnits: 0, swapsLeft: 1, canSwapBack: false, duePoints: "24000" },
      ...{ credit: { amountMinor: "96000" }, target: { amountMinor: "120000" }, difference: { amountMinor: "24000" } },
    });
    expect(quote.lost).toHaveLength(1);
    expect(quote.gained).toHaveLength(1);
    const made = await lin.swap(afterDays(73), quote.id, { points: true });
    expect(made).toMatchObject({ election: { way: "SWAP", package: { code: codes.golf } }, userErrors: [] });
    expect(await lin.balance()).toEqual([6_000n, 0n, 0n]);
    // Asked again, the first result: nothing is paid twice.
    expect((await lin.swap(afterDays(73), quote.id, { points: true })).election.id).toBe(made.election.id);
    expect(await lin.balance()).toEqual([6_000n, 0n, 0n]);
    expect(Object.keys(await lin.held(afterDays(74))).sort()).toEqual([codes.golf, codes.hotel].sort());
  });

  it("pays a swap with money of which the reference is kept", async () => {
    const lin = await platinum();
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const { quote } = await lin.quote(afterDays(73), election.id, codes.golf);
    expect((await lin.swap(afterDays(73), quote.id)).userErrors).toMatchObject([
      { code: "INVALID_INPUT", path: ["input", "payment"] },
    ]);
    expect((await lin.swap(afterDays(73), quote.id, { moneyReference: "till-17" })).userErrors).toEqual([]);
  });

  it("keeps her package where she has too few points, and may pay otherwise", async () => {
    const lin = await platinum();
    await lin.give(100n);
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const { quote } = await lin.quote(afterDays(73), election.id, codes.golf);
    expect((await lin.swap(afterDays(73), quote.id, { points: true })).userErrors).toMatchObject([
      { code: "INSUFFICIENT_POINTS" },
    ]);
    expect(Object.keys(await lin.held(afterDays(74)))).toContain(codes.travel);
    expect((await lin.swap(afterDays(73), quote.id, { moneyReference: "till-18" })).userErrors).toEqual([]);
    expect(await lin.balance()).toEqual([100n, 0n, 0n]);
  });

  it("is told which part of the policy stands in the way, and from when on it does not", async () => {
    const lin = await platinum({ ...swapByTime, windows: [{ fromDay: 60, toDay: 90 }], perCycle: 1 });
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const early = await lin.quote(afterDays(10), election.id, codes.golf);
    expect(early.userErrors).toMatchObject([
      { code: "WINDOW_CLOSED", message: expect.stringContaining("2026-03-01T16:00:00.000Z") as string },
    ]);
    const { quote } = await lin.quote(afterDays(73), election.id, codes.golf);
    const { election: golf } = await lin.swap(afterDays(73), quote.id, { moneyReference: "till-19" });
    const again = await lin.quote(afterDays(80), golf.id, codes.travel);
    expect(again.userErrors.map(({ message }: { message: string }) => message.split(":")[0])).toEqual([
      "PER_CYCLE",
      "SWAP_BACK",
    ]);
  });

  it("has a quote honoured for its time and no longer", async () => {
    const lin = await platinum();
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const { quote } = await lin.quote(afterDays(73), election.id, codes.golf);
    const after = new Date(Date.parse(quote.honouredUntil)).toISOString();
    expect((await lin.swap(after, quote.id, { moneyReference: "late" })).userErrors).toMatchObject([
      { code: "WINDOW_CLOSED" },
    ]);
  });

  it("shows what was partly used, counts it, and makes a quote void that it came after", async () => {
    const lin = await platinum({ ...swapByTime, partlyUsed: "PRORATE_USE" });
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const { quote: before } = await lin.quote(afterDays(73), election.id, codes.golf);
    await lin.use(afterDays(73), codes.travel);
    expect((await lin.swap(afterDays(73), before.id, { moneyReference: "r" })).userErrors).toMatchObject([
      { code: "VERSION_CONFLICT" },
    ]);
    const { quote } = await lin.quote(afterDays(73), election.id, codes.golf);
    // One use is worth 50.00: 1,150.00 are left of 1,200.00, against 1,500.00.
    expect(quote).toMatchObject({
      usedUnits: 1,
      credit: { amountMinor: "115000" },
      difference: { amountMinor: "35000" },
      lost: [{ usedUnits: 1 }],
    });
    const strict = await platinum({ ...swapByTime, partlyUsed: "FORBID" });
    const chosen = await strict.elect(afterDays(2), codes.travel);
    await strict.use(afterDays(73), codes.travel);
    const refused = await strict.quote(afterDays(74), chosen.election.id, codes.golf);
    expect(refused.userErrors).toMatchObject([{ message: expect.stringContaining("PARTLY_USED") as string }]);
  });

  it("swaps nothing of a frozen card, and carries what a new product offers", async () => {
    const lin = await platinum();
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const diamond = unique("diamond");
    await stage.publish(
      "CardProduct",
      diamond,
      productInput("Diamond", [
        pickSlot("annual", [codes.travel, codes.golf], {
          fill: { pick: { picks: 2, packageCodes: [codes.travel, codes.golf], defaultCodes: [codes.golf] } },
        }),
      ]),
    );
    expect(await lin.change(afterDays(40), diamond)).toMatchObject({
      card: { product: { code: diamond }, nextProduct: null },
    });
    const held = await lin.held(afterDays(41));
    expect([held[codes.travel]?.id, held[codes.golf]?.way, held[codes.hotel]]).toEqual([
      election.id,
      "DEFAULT",
      undefined,
    ]);
    expect(await lin.freeze(afterDays(42))).toMatchObject({ card: { state: "FROZEN" } });
    expect((await lin.quote(afterDays(43), election.id, codes.golf)).userErrors).toMatchObject([
      { code: "WRONG_STATE" },
    ]);
  });

  it("has every swap made once, of many that are asked at once, and gets points back that a crash left set aside", async () => {
    const lin = await platinum();
    await lin.give(30_000n);
    const { election } = await lin.elect(afterDays(2), codes.travel);
    const { quote } = await lin.quote(afterDays(73), election.id, codes.golf);
    const made = await Promise.all(
      Array.from({ length: 8 }, () => lin.swap(afterDays(73), quote.id, { points: true })),
    );
    expect(new Set(made.map((each) => each.election?.id)).size).toBe(1);
    expect(await lin.balance()).toEqual([6_000n, 0n, 0n]);

    // As a server leaves it that dies after it held the points: paying, and nothing made.
    const other = await platinum();
    await other.give(30_000n);
    const chosen = await other.elect(afterDays(2), codes.travel);
    const left = await other.quote(afterDays(73), chosen.election.id, codes.golf);
    const { app } = stage.services.database;
    const id = stage.services.ids.forActor(other.lin).openAs("Swap", left.quote.id)?.id ?? "";
    await app
      .update(swaps)
      .set({ state: "PAYING", paidWith: "POINTS", programId, points: points(24_000n) })
      .where(eq(swaps.swapId, id));
    // What was begun with points is not paid with money besides.
    const otherwise = await other.swap(afterDays(73), left.quote.id, { moneyReference: "till-20" });
    expect(otherwise.userErrors).toMatchObject([{ code: "WRONG_STATE", path: ["input", "payment"] }]);
    await sweepSwaps(stage.work(callers.service, new Date(afterDays(74))));
    expect(await other.balance()).toEqual([30_000n, 0n, 0n]);
    expect((await other.swap(afterDays(73), left.quote.id, { points: true })).userErrors).toMatchObject([
      { code: "WRONG_STATE" },
    ]);
  });

  it("holds the defaults of her next year from its first minute on, chosen ahead or not", async () => {
    const lin = await platinum();
    const chosen = await lin.electAhead(afterDays(340), codes.golf);
    expect(chosen.userErrors).toEqual([]);
    expect((await lin.electAhead(afterDays(300), codes.travel)).userErrors).toMatchObject([{ code: "WINDOW_CLOSED" }]);
    const newYear = "2026-12-31T16:00:30.000Z";
    expect(Object.keys(await lin.held(newYear))).toEqual([codes.golf]);
    await beginCycles(stage.work(callers.service, new Date(newYear)));
    expect(Object.keys(await lin.held(newYear)).sort()).toEqual([codes.car, codes.golf].sort());
    await beginCycles(stage.work(callers.service, new Date(newYear)));
    expect(Object.keys(await lin.held(newYear))).toHaveLength(2);
  });

  it("shows her cards to nobody else", async () => {
    const lin = await platinum();
    const { memberId } = await stage.member(partnerId);
    const wang = callers.member(memberId);
    const card = (await lin.cards(afterDays(1))).viewer.member.cards[0].id as string;
    const id = stage.services.ids.forActor(lin.lin).openAs("Card", card);
    const asSeen = stage.services.ids.forActor(wang).seal("Card", id?.id ?? "", id?.memberId ?? null);
    expect((await stage.ask(wang, `query ($id: ID!) { node(id: $id) { id } }`, { id: asSeen })).node).toBeNull();
    const elect = `mutation ($input: ElectPackageInput!) { electPackage(input: $input) { userErrors { code } } }`;
    const tried = await stage.mutate(wang, elect, { cardId: asSeen, slotCode: "annual", packageCode: codes.travel });
    expect(tried.userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  });
});
