import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { baseLotOf, type EarningTerms } from "../../src/earning/core/base-lot";
import { expirePoints } from "../../src/earning/lapse";
import { minorUnits, money } from "../../src/kernel/money";
import { points } from "../../src/kernel/points";
import { ratio } from "../../src/kernel/ratio";
import type { LedgerCommand } from "../../src/ledger/core/command";
import { postBatch } from "../../src/ledger/post";
import { isWhole, verifyLedger } from "../../src/ledger/verify-ledger";
import { basics, earn, ledgerStage, lot, spend, type LedgerStage } from "../support/ledger-stage";

/*
 * Sixty-nine thousand real purchases of a music store earn 1 point for 20 cents, good for 24 months to the end of the
 * quarter, with 500 points of welcome; every third purchase of a member spends what it can. What each member must have is
 * counted here by plain sums, without the ledger.
 */

interface Bought {
  readonly customer: string;
  readonly at: Date;
  readonly cents: bigint;
}

const zone = "Asia/Shanghai";

function purchasesOfFile(): Bought[] {
  const text = gunzipSync(readFileSync(join(__dirname, "..", "..", "demo", "cdnow-purchases.txt.gz"))).toString();
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [customer = "", day = "", , amount = ""] = line.trim().split(/\s+/);
      const at = new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T04:00:00Z`);
      return { customer, at, cents: BigInt(Math.round(Number(amount) * 100)) };
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** The first instant of a quarter in the program's zone, which is eight hours ahead of UTC all year. */
const quarterBegins = (year: number, quarter: number) => new Date(Date.UTC(year, quarter * 3, 1) - 8 * 3_600_000);

/** Points by the instant at which they lapse, the soonest first; computed from the date alone. */
class Expected {
  readonly lots: { expires: number; points: bigint }[] = [];
  purchases = 0;

  earn(at: Date, amount: bigint): void {
    const local = new Date(at.getTime() + 8 * 3_600_000);
    const expires = quarterBegins(local.getUTCFullYear() + 2, Math.floor(local.getUTCMonth() / 3) + 1).getTime();
    this.lots.push({ expires, points: amount });
  }

  get available(): bigint {
    return this.lots.reduce((sum, each) => sum + each.points, 0n);
  }

  /** Answers what lapsed. */
  lapse(now: Date): bigint {
    const before = this.available;
    this.lots.splice(0, this.lots.length, ...this.lots.filter((each) => each.expires > now.getTime()));
    return before - this.available;
  }
}

describe("the purchases of a music store", () => {
  let stage: LedgerStage;
  const memberIds = new Map<string, string>();
  const expected = new Map<string, Expected>();
  const bought = purchasesOfFile();
  let terms: EarningTerms;

  beforeAll(async () => {
    stage = await ledgerStage();
    const expiry = { kind: "MONTHS_AFTER_EARNING", months: 24, rounding: "QUARTER" } as const;
    const rate = { earnPoints: points(1n), earnPerMinor: minorUnits(20n) };
    const programId = await stage.program({ expiry, ...rate, currency: "USD" });
    terms = { programId, expiry, timeZone: zone, rate: { points: ratio(1n, 20n), currency: "USD", rounding: "DOWN" } };
    const customers = [...new Set(bought.map(({ customer }) => customer))];
    const partnerId = await stage.partner();
    const rows = await stage.services.database.app.execute<{ id: string }>(sql`
      insert into alliance.members (member_id, status, enrolled_by, locale, joined_at, revision, created_at, updated_at)
      select gen_random_uuid(), 'ACTIVE', ${partnerId}::uuid, 'en', now(), 1, now(), now()
      from generate_series(1, ${customers.length}) returning member_id as id`);
    customers.forEach((customer, place) => {
      memberIds.set(customer, rows[place]?.id ?? "");
      expected.set(customer, new Expected());
    });
  });

  /** What a purchase does, in the ledger's words; the expected sums follow by themselves. */
  function commandsOf({ customer, at, cents }: Bought): LedgerCommand[] {
    const memberId = memberIds.get(customer) ?? "";
    const own = expected.get(customer) as Expected;
    const base = baseLotOf(terms, money(cents, "USD"), at);
    const when = { occurredAt: at, recordedAt: at };
    const welcome = lot(points(500n), {
      kind: "BONUS",
      caps: [{ cap: "welcome", limit: points(500n) }],
      expiresAt: base?.expiresAt ?? null,
    });
    own.purchases += 1;
    own.lapse(at);
    if (own.purchases === 1 && base) own.earn(at, 500n);
    own.earn(at, cents / 20n);
    // Free items earn nothing, so a first purchase of nothing is no welcome either.
    const commands: LedgerCommand[] = base ? [earn(memberId, terms.programId, [base, welcome], when)] : [];
    if (!base && own.purchases === 1) own.purchases = 0;
    const there = own.available;
    if (own.purchases % 3 === 0 && own.purchases > 0 && there > 0n) {
      own.lots.length = 0;
      commands.push(spend(memberId, terms.programId, there, { ...when, ...basics(memberId, when) } as never));
    }
    return commands;
  }

  it("earn, are spent and lapse to the point, quarter by quarter to the end of 2024, and the books are proven", async () => {
    const { services } = stage;
    let [next, breakage] = [0, 0n];
    const told: string[] = [];
    for (let quarter = 1; quarter <= 16; quarter += 1) {
      const end = quarterBegins(2021 + Math.floor(quarter / 4), quarter % 4);
      const commands: LedgerCommand[] = [];
      for (; next < bought.length && (bought[next] as Bought).at < end; next += 1)
        commands.push(...commandsOf(bought[next] as Bought));
      const results = await postBatch(services, commands);
      const failed = results.findIndex(({ outcome }) => outcome !== "DONE");
      expect(failed === -1 ? null : [commands[failed], results[failed]]).toBeNull();
      for (const own of expected.values()) breakage += own.lapse(end);
      await expirePoints({ services, now: end });
      const liability = [...expected.values()].reduce((sum, own) => sum + own.available, 0n);
      told.push(`${end.toISOString().slice(0, 10)}: liability ${liability}, breakage ${breakage}`);
      const stored = new Map(
        (
          await services.database.app.execute<{ id: string; available: string }>(sql`
          select member_id as id, available::text from alliance.accounts where program_id = ${terms.programId}::uuid`)
        ).map((row) => [row.id, row.available]),
      );
      const wrong = [...expected].filter(
        ([customer, own]) => (stored.get(memberIds.get(customer) ?? "") ?? "0") !== String(own.available),
      );
      expect([
        end,
        wrong
          .slice(0, 3)
          .map(([customer, own]) => [customer, own.available, stored.get(memberIds.get(customer) ?? "")]),
      ]).toEqual([end, []]);
    }
    const [books] = await services.database.app.execute<{ lapsed: string }>(sql`
      select sum(amount)::text as lapsed from alliance.ledger_entries where credit = 'BREAKAGE'`);
    expect(books?.lapsed).toBe(String(breakage));
    // Everything was bought by mid-2022 and is good for 24 months to the end of the quarter.
    expect([...expected.values()].every((own) => own.available === 0n)).toBe(true);
    const verdict = await verifyLedger(services.database.app);
    expect(verdict.offenders).toEqual([]);
    expect(isWhole(verdict)).toBe(true);
    process.stdout.write(`${told.join("\n")}\n`);
  }, 300_000);
});
