import { callers } from "../support/api";
import { balanceOf, ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { valueOf } from "../support/members-stage";
import { earnForPurchase } from "../../src/earning/earn-for-purchase";
import { finishEarning } from "../../src/earning/finish-earning";
import { eventsAfter, type RelayedEvent } from "../../src/events/events.queries";
import { relayEvents } from "../../src/events/relay-events";
import { installJobs } from "../../src/jobs/install-jobs";
import { eventTasks, relayTask } from "../../src/jobs/registry";
import { startJobs } from "../../src/jobs/start-jobs";
import { newId } from "../../src/kernel/ids";
import { money } from "../../src/kernel/money";
import { mergeMembers } from "../../src/members/merge-members";
import { recordPurchase } from "../../src/purchases/record-purchase";

let stage: LedgerStage;

beforeAll(async () => {
  stage = await ledgerStage();
  await installJobs(stage.ownerUrl);
});

/** A member of a bank with a program, and a purchase of 100.00 of which only the recording came about. */
async function recordedOnly() {
  const partnerId = await stage.partner();
  const programId = await stage.program({ issuerPartnerId: partnerId });
  const merchant = await stage.merchant(partnerId);
  const { memberId } = await stage.member(partnerId);
  await stage.services.catalogue.catchUp();
  const asked = stage.purchase(merchant, memberId, { amount: money(10_000n, "CNY"), sourceReference: newId() });
  const { purchase } = valueOf(await recordPurchase(stage.work(), asked));
  const available = async (of = memberId) => balanceOf(await stage.books(of), programId)[0];
  return { partnerId, programId, memberId, purchase, available };
}

async function eventOf(purchaseId: string): Promise<RelayedEvent> {
  for (let more = true; more;)
    more = (await relayEvents(stage.services.database.app, { limit: 500, now: new Date() })).more;
  const all = await eventsAfter(stage.services.database.app, 0n, { limit: 10_000 });
  const found = all.find(
    ({ type, payload }) =>
      type === "purchase.recorded" && (payload as { purchaseId: string }).purchaseId === purchaseId,
  );
  if (!found) throw new Error(`no event of purchase ${purchaseId}`);
  return found;
}

/** What the member's purchases say that they earned: also those that a merged member made. */
async function earnedShownAt(memberId: string): Promise<unknown> {
  const { member } = await stage.api.ask<{ member: { purchases: { nodes: unknown } } }>(
    callers.service,
    `query ($id: ID!) { member(id: $id) { purchases(first: 5) { nodes { earned { points } } } } }`,
    { id: stage.memberGid(callers.service, { memberId }) },
  );
  return member.purchases.nodes;
}

describe("a purchase whose points were not given", () => {
  test("gets them by the job of its event, without anybody reporting it again", async () => {
    const { available } = await recordedOnly();
    expect(await available()).toBe(0n);
    const tasks = { recurring: [{ ...relayTask(eventTasks), everyMillis: 20 }], onEvents: eventTasks };
    const jobs = startJobs(stage.services, { door: { url: stage.ownerUrl, role: "alliance_app" }, tasks });
    try {
      const until = Date.now() + 20_000;
      while ((await available()) === 0n && Date.now() < until) await new Promise((later) => setTimeout(later, 50));
    } finally {
      await jobs.stop();
    }
    expect(await available()).toBe(5n);
  });

  test("gets them once, however often its event is worked off, and beside whoever reports it", async () => {
    const { purchase, available, memberId } = await recordedOnly();
    const event = await eventOf(purchase.purchaseId);
    await Promise.all([
      ...Array.from({ length: 6 }, () => finishEarning(stage.work(), event)),
      ...Array.from({ length: 6 }, () => earnForPurchase(stage.work(), purchase)),
    ]);
    expect(await available()).toBe(5n);
    expect((await stage.books(memberId)).transfers).toHaveLength(1);
  });

  test("gives them to the member that its own was merged into", async () => {
    const { partnerId, memberId, purchase, available } = await recordedOnly();
    const target = await stage.member(partnerId);
    const event = await eventOf(purchase.purchaseId);
    valueOf(await mergeMembers(stage.work(), { sourceId: memberId, targetId: target.memberId, reason: "one person" }));
    await finishEarning(stage.work(), event);
    await finishEarning(stage.work(), event);
    expect([await available(memberId), await available(target.memberId)]).toEqual([0n, 5n]);
    expect(await earnedShownAt(target.memberId)).toEqual([{ earned: [{ points: "5" }] }]);
  });

  test("gives no more to the survivor where the merged member had them", async () => {
    const { partnerId, memberId, purchase, available } = await recordedOnly();
    await earnForPurchase(stage.work(), purchase);
    const target = await stage.member(partnerId);
    const event = await eventOf(purchase.purchaseId);
    valueOf(await mergeMembers(stage.work(), { sourceId: memberId, targetId: target.memberId, reason: "one person" }));
    await finishEarning(stage.work(), event);
    expect([await available(memberId), await available(target.memberId)]).toEqual([5n, 0n]);
    expect(await earnedShownAt(target.memberId)).toEqual([{ earned: [{ points: "5" }] }]);
  });
});
