import { sql } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import type { LocalisedText } from "../kernel/localised";
import { isCurrency } from "../kernel/money";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { nameRefusals } from "../merchants/core/merchant";
import { categoriesByCodes, merchantsByIds } from "../merchants/merchants.queries";
import { counterRefusals, type HistoryCounter } from "./core/counter";
import { countHistory } from "./count-history";
import type { HistoryCounterRow } from "./facts.queries";
import { historyCounters } from "./facts.tables";

export interface NewHistoryCounter extends HistoryCounter {
  readonly name: LocalisedText;
  /** Why, for the audit log. */
  readonly reason?: string | null;
}

/**
 * Says that something is counted of every member from now on, and counts what was recorded before, as far back as the
 * period reaches. A counter never changes: another period or place is another counter.
 *
 * While the past is counted nobody records (readers go on): else a purchase under way could be counted twice or not at
 * all. It took 16 s for 300,000 members with a purchase each, on a machine busy with other work, so large alliances
 * declare counters in quiet hours.
 */
export async function declareHistoryCounter(work: Work, input: NewHistoryCounter): Promise<Result<HistoryCounterRow>> {
  const denied = refusalFor(work, "declareHistoryCounter", {}, "The counter");
  if (denied) return denied;
  const refusals = [
    ...counterRefusals(input),
    ...nameRefusals(input.name, ["input", "name"]),
    ...reasonRefusals(input.reason),
    ...(await placeRefusals(work, input)),
  ];
  if (refusals.length > 0) return refuseAll(refusals);

  const { reason, ...counter } = input;
  return inTransaction(work.database.app, async (tx) => {
    for (const { history } of work.services.facts.rooms) if (history) await tx.execute(history.hold);
    const [row] = await tx
      .insert(historyCounters)
      .values({ ...counter, timeZone: work.services.timeZone, createdAt: work.now })
      .onConflictDoNothing()
      .returning();
    if (!row) return refuse("ALREADY_EXISTS", `A counter with code "${input.code}" exists.`, ["input", "code"]);
    await countPast(tx, work, row);
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "declareHistoryCounter",
      resource: `HistoryCounter:${row.code}`,
      after: row,
      reason,
      event: { type: "history_counter.declared", payload: { code: row.code } },
    });
    return done(row);
  });
}

async function placeRefusals(work: Work, { merchantId, categoryCode, currency }: HistoryCounter): Promise<Refusal[]> {
  const { app } = work.database;
  const refusals: Refusal[] = [];
  const missing = (field: string, what: string) =>
    refusals.push({ code: "NOT_FOUND", message: `The ${what} was not found.`, path: ["input", field] });
  if (merchantId !== null && (await merchantsByIds(app, [merchantId])).length === 0) missing("merchantId", "merchant");
  if (categoryCode !== null && (await categoriesByCodes(app, [categoryCode])).length === 0) {
    missing("categoryCode", "category");
  }
  if (currency !== null && !isCurrency(currency)) {
    const message = `currency is ${JSON.stringify(currency.slice(0, 100))}, expected an ISO 4217 code.`;
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "currency"] });
  }
  return refusals;
}

/** Days before the period are left out: no question reaches them any more. */
async function countPast(tx: Tx, { services, now }: Work, counter: HistoryCounterRow): Promise<void> {
  const from = new Date(now.getTime() - (counter.periodDays + 1) * 86_400_000);
  for (const { history } of services.facts.rooms) {
    if (!history?.metrics.includes(counter.metric)) continue;
    await tx.execute(countHistory(history.recordedSince(from), sql`c.code = ${counter.code}`));
  }
}
