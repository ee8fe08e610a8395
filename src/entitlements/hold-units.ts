import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Work } from "../context";
import { done, type Result } from "../kernel/result";
import { outOfStock } from "./core/stock-refusal";
import { lookUpClaim, type OpenClaim } from "./settle-claims";
import { takeUnits, type Stock, type StockClaim } from "./stock";

/**
 * How long whoever runs short waits for claims that are under way before it looks them up. A redemption takes
 * milliseconds; one that is cut off by a lookup nevertheless is begun anew, so this decides about haste alone.
 */
const graceMillis = 2_000;
const firstPauseMillis = 5;
const longestPauseMillis = 100;

/**
 * Takes the units of a claim, or says that they are sold out: only when, in one look, too few were left and none of those
 * taken could come back. Claims that are under way are waited for, those whose server died and reservations that lapsed
 * are looked up and given back first.
 */
export async function holdUnits(work: Work, claim: StockClaim): Promise<Result<null>> {
  const short = await takeUnits(work.database.app, claim);
  if (short === null) return done(null);
  const left = await leftFor(work, claim, claim.most, claim.units, () => takeUnits(work.database.app, claim));
  return left === null ? done(null) : outOfStock(claim, left);
}

/** How many units are left for one who wants so many: what `holdUnits` would find, without taking. */
export async function unitsLeft(work: Work, stock: Stock, most: number, wanted: number): Promise<number> {
  const look = async () => (await standingOf(work, stock, most, wanted)).left;
  const left = await look();
  if (left >= wanted) return left;
  return (await leftFor(work, stock, most, wanted, async () => null)) ?? look();
}

/** Tries again as long as units may come back; null when the attempt succeeded, else how many are left. */
async function leftFor(
  work: Work,
  stock: Stock,
  most: number,
  wanted: number,
  attempt: () => Promise<number | null>,
): Promise<number | null> {
  const began = performance.now();
  for (let pause = firstPauseMillis; ; pause = Math.min(2 * pause, longestPauseMillis)) {
    const { left, open } = await standingOf(work, stock, most, wanted);
    if (left >= wanted) {
      if ((await attempt()) === null) return null;
      continue;
    }
    const mayComeBack = open.reduce((sum, { units }) => sum + units, left);
    if (mayComeBack < wanted) return left;
    const patient = performance.now() - began < graceMillis;
    const due = open.filter(({ isOverdue }) => isOverdue || !patient);
    for (const each of due) await lookUpClaim(work, each);
    if (due.length === 0) await wait(pause);
  }
}

interface StandingRow {
  readonly units_left: number;
  readonly redemption_id: string | null;
  readonly member_id: string;
  readonly entitlement_id: string;
  readonly units: number;
  readonly is_overdue: boolean;
  [column: string]: unknown;
}

interface StockStanding {
  readonly left: number;
  /** Claims whose units may come back: not settled yet, or reservations whose time is over. */
  readonly open: readonly (OpenClaim & { readonly units: number; readonly isOverdue: boolean })[];
}

/** What is left and what is open, in one statement, so that nothing moves between the two. */
async function standingOf({ database, now }: Work, stock: Stock, most: number, wanted: number): Promise<StockStanding> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const rows = await database.app.execute<StandingRow>(sql`
    select greatest(0, ${most}::int4 - coalesce(s.taken, 0)) as units_left, c.redemption_id, c.member_id, c.entitlement_id,
      c.units, coalesce(c.doubtful_from <= ${at}, false) as is_overdue
    from (select) as one
    left join alliance.benefit_stocks s on s.benefit_id = ${stock.benefitId}::uuid and s.period = ${stock.period}
    left join lateral (
      select * from alliance.stock_claims c
      where c.benefit_id = s.benefit_id and c.period = s.period and (not c.is_settled or c.doubtful_from <= ${at})
      order by c.taken_at limit ${Math.max(openAtOnce, wanted)}
    ) c on true`);
  const open = rows.flatMap(({ redemption_id: redemptionId, member_id: memberId, ...row }) =>
    redemptionId === null
      ? []
      : [
          {
            ...{ benefitId: stock.benefitId, period: stock.period, redemptionId, memberId },
            ...{ entitlementId: row.entitlement_id, units: row.units, isOverdue: row.is_overdue },
          },
        ],
  );
  return { left: rows[0]?.units_left ?? most, open };
}

/** Each has a unit at least, so that as many as are wanted show whether enough may come back. */
const openAtOnce = 100;
