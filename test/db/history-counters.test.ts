import { sql } from "drizzle-orm";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declareHistoryCounter, type NewHistoryCounter } from "../../src/facts/declare-history-counter";
import { sweepHistoryDays } from "../../src/facts/sweep-history-days";
import { memberFacts } from "../../src/facts/facts.queries";
import { importPurchases } from "../../src/import/import-purchases";
import { newId } from "../../src/kernel/ids";
import { money } from "../../src/kernel/money";
import { memberIdByNumber } from "../../src/members/identity-claims";
import { mergeMembers } from "../../src/members/merge-members";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { recordPurchase } from "../../src/purchases/record-purchase";
import { callers } from "../support/api";
import { encodingOf } from "../support/encodings";
import { codesOf, noon, valueOf } from "../support/members-stage";
import { offersStage, recorded, type OffersStage } from "../support/offers-stage";

let stage: OffersStage;
let merchant: MerchantRow;
let memberId: string;

beforeAll(async () => {
  stage = await offersStage();
});

beforeEach(async () => {
  merchant = await stage.merchant();
  memberId = await stage.memberOf(merchant);
});

const counter = (over: Partial<NewHistoryCounter> = {}): NewHistoryCounter => ({
  ...{ code: `c_${newId().replaceAll("-", "")}`, name: { en: "Counter" }, metric: "PURCHASES", periodDays: 30 },
  ...{ merchantId: merchant.merchantId, categoryCode: null, currency: null },
  ...over,
});

async function declared(over: Partial<NewHistoryCounter> = {}): Promise<string> {
  return valueOf(await declareHistoryCounter(stage.work(callers.staff("MARKETER")), counter(over))).code;
}

const bought = (occurredAt: Date, minor = 1000n, over = {}) =>
  recorded(stage, stage.purchase(merchant, memberId, { occurredAt, amount: money(minor, "USD"), ...over }));

async function sumOf(code: string, at = noon, id = memberId): Promise<number> {
  const [facts] = await memberFacts(stage.services.database.app, [id], at);
  return facts?.history.get(code) ?? 0;
}

const daysBefore = (days: number, from = noon) => new Date(from.getTime() - days * 86_400_000);

describe("the days of counters", () => {
  const daysOf = async (code: string) => {
    const rows = await stage.services.database.app.execute<{ day: string }>(
      sql`select day::text from alliance.history_days where counter_code = ${code} order by day`,
    );
    return rows.map(({ day }) => day);
  };

  it("are kept as long as a moment may ask for them, and then swept", async () => {
    const [short, long] = [await declared({ periodDays: 30 }), await declared({ periodDays: 60 })];
    for (const days of [0, 429, 430, 459, 460]) await bought(daysBefore(days));
    const other = await stage.memberOf(merchant);
    await recorded(stage, stage.purchase(merchant, other, { occurredAt: daysBefore(430) }));
    const counted = await sumOf(long, daysBefore(400));
    expect(await sweepHistoryDays({ database: stage.services.database, now: noon })).toBeGreaterThan(0);
    const kept = (days: readonly number[]) => days.map((each) => daysBefore(each).toISOString().slice(0, 10)).sort();
    expect(await daysOf(short)).toEqual(kept([0, 429]));
    expect(new Set(await daysOf(long))).toEqual(new Set(kept([0, 429, 430, 459])));
    expect(await sumOf(long, daysBefore(400))).toBe(counted);
    expect(await sweepHistoryDays({ database: stage.services.database, now: noon })).toBe(0);
  });
});

describe("a counter of purchases", () => {
  it("is nothing for a member who bought nothing", async () => {
    expect(await sumOf(await declared())).toBe(0);
  });

  it("counts what is recorded from then on", async () => {
    const code = await declared();
    await bought(noon);
    await bought(noon);
    expect(await sumOf(code)).toBe(2);
  });

  it("counts what was recorded before it was declared", async () => {
    await bought(noon);
    await bought(daysBefore(29));
    await bought(daysBefore(40));
    expect(await sumOf(await declared())).toBe(2);
  });

  it("counts a purchase that is reported again once", async () => {
    const code = await declared();
    const purchase = stage.purchase(merchant, memberId);
    await recorded(stage, purchase);
    await recorded(stage, purchase);
    expect(await sumOf(code)).toBe(1);
  });

  it("counts one that comes late on the day on which it happened", async () => {
    const code = await declared();
    await bought(daysBefore(10));
    expect(await sumOf(code, daysBefore(11))).toBe(0);
    expect(await sumOf(code, daysBefore(10))).toBe(1);
  });

  it("forgets a purchase after as many days as the period has", async () => {
    const code = await declared({ periodDays: 1 });
    await bought(noon);
    const midnight = new Date("2026-06-01T16:00:00Z");
    expect(await sumOf(code, new Date(midnight.getTime() - 1))).toBe(1);
    expect(await sumOf(code, midnight)).toBe(0);
  });

  it("begins its days at midnight in the alliance's zone", async () => {
    const code = await declared({ periodDays: 1 });
    await bought(new Date("2026-05-31T15:59:59.999Z"));
    expect(await sumOf(code, new Date("2026-05-31T12:00:00Z"))).toBe(1);
    expect(await sumOf(code, noon)).toBe(0);
  });
});

describe("a counter of spend", () => {
  it("adds up minor units of its currency alone", async () => {
    const code = await declared({ metric: "SPEND", currency: "USD" });
    await bought(noon, 1250n);
    await bought(noon, 1n);
    await bought(noon, 900n, { amount: money(900n, "CNY") });
    expect(await sumOf(code)).toBe(1251);
  });

  it("stays at the largest value instead of refusing a purchase", async () => {
    const code = await declared({ metric: "SPEND", currency: "USD" });
    for (let count = 0; count < 11; count += 1) await bought(noon, 10n ** 18n - 1n);
    expect(await sumOf(code)).toBe(Number(2n ** 63n - 1n));
  });
});

describe("where a counter counts", () => {
  it("is one merchant, the merchants of a category, or anywhere", async () => {
    const other = await stage.merchant();
    const { app } = stage.services.database;
    await app.execute(
      sql`insert into alliance.merchant_categories values ('tea', '{"en":"Tea"}') on conflict do nothing`,
    );
    await app.execute(sql`update alliance.merchants set category_code = 'tea' where merchant_id = ${other.merchantId}`);
    const codes = [
      await declared(),
      await declared({ merchantId: null, categoryCode: "tea" }),
      await declared({ merchantId: null }),
    ];
    await bought(noon);
    await recorded(stage, stage.purchase(other, memberId));
    await recorded(stage, stage.purchase(other, memberId));
    expect(await Promise.all(codes.map((code) => sumOf(code)))).toEqual([1, 2, 3]);
  });
});

describe("a member that was merged into another", () => {
  it("brings its history along, also what comes under its own id later", async () => {
    const code = await declared();
    await bought(noon);
    const target = await stage.memberOf(merchant);
    await recorded(stage, stage.purchase(merchant, target));
    const ids = { sourceId: memberId, targetId: target };
    valueOf(await mergeMembers(stage.work(), { ...ids, reason: "one person" }));
    expect(await sumOf(code, noon, target)).toBe(2);
    await bought(noon);
    expect(await sumOf(code, noon, target)).toBe(3);
    expect(await encodingOf(stage.services, memberId)).toEqual({ "member.status": ["MERGED"] });
  });
});

describe("an import", () => {
  it("counts each purchase on its day, and nothing when it is repeated", async () => {
    const folder = await mkdtemp(join(tmpdir(), "counters-"));
    try {
      const file = join(folder, "purchases.txt");
      await writeFile(file, " 00001 19970101  1   11.77\n 00001 19970101  2   12.00\n 00002 19970112  1   77.00\n");
      const zone = "America/New_York";
      await importPurchases(stage.services, { file, timeZone: zone, merchant: "cd-store" });
      const [shop] = await stage.services.database.app.execute<{ merchant_id: string; partner_id: string }>(
        sql`select merchant_id, partner_id from alliance.merchants where code = 'cd-store'`,
      );
      const first = await memberIdByNumber(stage.services.database.app, shop!.partner_id, "00001");
      const place = { merchantId: shop!.merchant_id };
      const code = await declared({ ...place, periodDays: 731 });
      const more = join(folder, "more.txt");
      await writeFile(more, " 00001 19970102  1   5.00\n");
      for (let run = 0; run < 2; run += 1) {
        await importPurchases(stage.services, { file: more, timeZone: zone, merchant: "cd-store" });
      }
      const days = await stage.services.database.app.execute(sql`
        select day::text, value::int from alliance.history_days
        where member_id = ${first} and counter_code = ${code} order by day`);
      expect([...days]).toEqual([{ day: "1997-01-03", value: 1 }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("declaring a counter", () => {
  it("counts every purchase once that is recorded at the same time", async () => {
    const members = await Promise.all(Array.from({ length: 12 }, () => stage.memberOf(merchant)));
    const code = counter().code;
    const purchase = (id: string) => recorded(stage, stage.purchase(merchant, id));
    const before = members.slice(0, 6).map(purchase);
    const declaring = declareHistoryCounter(stage.work(), counter({ code }));
    const after = members.slice(6).map(purchase);
    await Promise.all([...before, declaring, ...after]);
    expect(await Promise.all(members.map((id) => sumOf(code, noon, id)))).toEqual(members.map(() => 1));
  });

  it.each([
    ["a code with a hyphen", { code: "a-b" }, "INVALID_INPUT"],
    ["a period of no day", { periodDays: 0 }, "INVALID_INPUT"],
    ["a period of more than two years", { periodDays: 732 }, "INVALID_INPUT"],
    ["spend without a currency", { metric: "SPEND" }, "INVALID_INPUT"],
    ["a currency that there is not", { currency: "XYZ" }, "INVALID_INPUT"],
    ["a merchant and a category", { categoryCode: "tea" }, "INVALID_INPUT"],
    ["a merchant that there is not", { merchantId: newId() }, "NOT_FOUND"],
    ["a category that there is not", { merchantId: null, categoryCode: "nowhere" }, "NOT_FOUND"],
    ["a name in no language", { name: {} }, "INVALID_INPUT"],
  ] as const)("is refused for %s", async (_, over, refusal) => {
    const result = await declareHistoryCounter(stage.work(), counter(over));
    expect(codesOf(result)).toContain(refusal);
  });

  it("is refused for a code that is taken, whatever else it says", async () => {
    const code = await declared();
    expect(codesOf(await declareHistoryCounter(stage.work(), counter({ code, periodDays: 5 })))).toEqual([
      "ALREADY_EXISTS",
    ]);
  });

  it("is refused to partners, members and staff who sell nothing", async () => {
    const actors = [
      callers.partner(merchant.partnerId, ["tags:write", "reports:read"]),
      callers.member(memberId),
      callers.staff("SUPPORT", "RISK", "APPROVER"),
    ];
    for (const actor of actors) {
      expect(codesOf(await declareHistoryCounter(stage.work(actor), counter()))).toEqual(["FORBIDDEN"]);
    }
  });
});

describe("historyCounters", () => {
  const query =
    "{ historyCounters { code fact name metric periodDays currency timeZone merchant { code } category { code } } }";

  it("shows what was declared to staff, and to partners the counters of their own merchants", async () => {
    const code = await declared({ metric: "SPEND", currency: "USD" });
    const everywhere = await declared({ merchantId: null });
    const codesFor = async (actor: Parameters<OffersStage["ask"]>[0]) =>
      ((await stage.ask(actor, query)) as { historyCounters: { code: string }[] }).historyCounters.map(
        (each) => each.code,
      );
    expect(await codesFor(callers.staff("MARKETER"))).toEqual(expect.arrayContaining([code, everywhere]));
    expect(await codesFor(callers.partner(merchant.partnerId, []))).toEqual([code]);
    expect(await codesFor(callers.partner(await stage.partner(), []))).toEqual([]);
    const shown = (await stage.ask(callers.staff("AUDITOR"), query)) as { historyCounters: { code: string }[] };
    expect(shown.historyCounters.find((each) => each.code === code)).toEqual({
      ...{ code, fact: `history.${code}`, name: "Counter", metric: "SPEND", periodDays: 30, currency: "USD" },
      ...{ timeZone: "Asia/Shanghai", merchant: { code: merchant.code }, category: null },
    });
  });
});

it("reads several members' facts by one statement, in the order asked", async () => {
  const other = await stage.memberOf(merchant);
  const rows = await memberFacts(stage.services.database.app, [other, newId(), memberId, other], noon);
  expect(rows.map((row) => row?.memberId)).toEqual([other, undefined, memberId, other]);
});

it("refuses no purchase for want of a counter", async () => {
  expect(codesOf(await recordPurchase(stage.work(), stage.purchase(merchant, memberId)))).toEqual(["done"]);
});
