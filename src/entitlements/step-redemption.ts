import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Actor } from "../auth/core/actor";
import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { textRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { lockMember, memberInHand } from "../members/member-in-hand";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { pinnedBenefit, type PinnedBenefit } from "./benefit-of";
import { stepRedemption, type RedemptionState, type RedemptionStep } from "./core/redemption";
import { entitlementOf, redemptionOf, type RedemptionRow } from "./entitlements.queries";
import { redemptions } from "./entitlements.tables";
import { settled } from "./settle-claims";
import { takeCostsBack, writeCosts } from "./write-costs";

export interface RedemptionToStep {
  readonly memberId: string;
  readonly redemptionId: string;
  /** What the supplier calls what it gave. */
  readonly supplierReference?: string | null;
  readonly reason?: string | null;
}

export interface SteppedRedemption {
  /** The member that answers for it. */
  readonly ownerId: string;
  readonly redemption: RedemptionRow;
}

type AskedStep = Exclude<RedemptionStep, "LAPSE">;

const into: Readonly<Record<AskedStep, RedemptionState>> = {
  CONFIRM: "CONFIRMED",
  COMPLETE: "COMPLETED",
  RELEASE: "RELEASED",
  REVERSE: "REVERSED",
};

export const confirmRedemption = (work: Work, input: RedemptionToStep) =>
  step(work, "confirmRedemption", "CONFIRM", input);
export const completeRedemption = (work: Work, input: RedemptionToStep) =>
  step(work, "completeRedemption", "COMPLETE", input);
export const releaseRedemption = (work: Work, input: RedemptionToStep) =>
  step(work, "releaseRedemption", "RELEASE", input);
export const reverseRedemption = (work: Work, input: RedemptionToStep) =>
  step(work, "reverseRedemption", "REVERSE", input);

/**
 * One step of a redemption. Each can be taken once and leads to one state, so the step is its own idempotency key: once
 * more answers the redemption as it stands, with another supplier's reference it is refused.
 */
async function step(
  work: Work,
  action: Action,
  name: AskedStep,
  input: RedemptionToStep,
): Promise<Result<SteppedRedemption>> {
  const { supplierReference, reason } = input;
  const texts = { supplierReference, reason };
  const refusals = Object.entries(texts).flatMap(([field, text]) => (text ? textRefusals(field, text, 500) : []));
  if (refusals.length > 0) return refuseAll(refusals);
  const stepped = await inTransaction(work.database.app, async (tx): Promise<Result<SteppedRedemption>> => {
    const letIn = work.actor.kind === "partner" ? work.actor.partnerId : null;
    const path = ["input", "redemptionId"];
    const inHand = await memberInHand(tx, work, { action, memberId: input.memberId, path, letIn });
    if (!inHand.ok) return inHand;
    const { memberId } = inHand.value.member;
    const row = await redemptionOf(tx, await allIdsOfMember(tx, memberId), { redemptionId: input.redemptionId });
    if (!row || row.isFence) return refuse("NOT_FOUND", "The redemption was not found.", path);
    const benefit = await benefitOfRedemption(tx, work, row);
    const denied = placeRefusal(work, action, row, benefit);
    if (denied) return denied;
    const redemption = await taken(tx, work, { row, benefit, ownerId: memberId }, name, input);
    return redemption.ok ? done({ ownerId: memberId, redemption: redemption.value }) : redemption;
  });
  if (stepped.ok) await settled(work, stepped.value.redemption);
  return stepped;
}

/** Partners act on what happened at their own merchants, and suppliers on what they supply. */
function placeRefusal(
  work: Work,
  action: Action,
  { merchantId }: RedemptionRow,
  { snapshot, content }: PinnedBenefit,
): Result<never> | undefined {
  if (work.actor.kind !== "partner") return undefined;
  const partnerIds = [
    partnerOfMerchant(snapshot, merchantId),
    snapshot.partnersByCode.get(content.supplierCode)?.partnerId,
  ];
  return refusalFor(work, action, { partnerIds: partnerIds.filter((id) => id !== undefined) }, "The redemption");
}

function partnerOfMerchant(snapshot: CatalogueSnapshot, merchantId: string | null): string | undefined {
  return merchantId ? snapshot.merchants.get(merchantId)?.partnerId : undefined;
}

interface InHand {
  readonly row: RedemptionRow;
  readonly benefit: PinnedBenefit;
  readonly ownerId: string;
}

async function taken(
  tx: Tx,
  work: Work,
  inHand: InHand,
  name: AskedStep,
  { supplierReference, reason }: RedemptionToStep,
): Promise<Result<RedemptionRow>> {
  const { row } = inHand;
  if (supplierReference && row.supplierReference && row.supplierReference !== supplierReference) {
    const message = `The redemption has the supplier's reference "${row.supplierReference}" already.`;
    return refuse("IDEMPOTENCY_MISMATCH", message, ["input", "supplierReference"]);
  }
  if (row.state === into[name]) return done(row);
  const stepped = stepRedemption(row, name, work.now);
  if (!stepped.ok) return stepped;
  const state = stepped.value;
  const [written] = await tx
    .update(redemptions)
    .set({ state, ...(supplierReference ? { supplierReference } : {}), ...stampOf(state, work.now) })
    .where(and(eq(redemptions.memberId, row.memberId), eq(redemptions.redemptionId, row.redemptionId)))
    .returning();
  if (!written) throw new Error(`redemption ${row.redemptionId} vanished under its member's lock`);
  if (state === "COMPLETED") await writeCosts(tx, written, inHand.benefit.content);
  if (state === "REVERSED") await takeCostsBack(tx, written, work.now);
  await recordRedemption(tx, work, { ...inHand, row: written }, { reason: reason ?? null });
  return done(written);
}

function stampOf(state: RedemptionState, now: Date) {
  if (state === "CONFIRMED") return { confirmedAt: now };
  return state === "COMPLETED" ? { completedAt: now } : { undoneAt: now };
}

export async function benefitOfRedemption(tx: Tx, { services }: Work, row: RedemptionRow): Promise<PinnedBenefit> {
  const entitlement = await entitlementOf(tx, [row.memberId], row.entitlementId);
  if (!entitlement) throw new Error(`entitlement ${row.entitlementId} of a redemption is not there`);
  return pinnedBenefit(services, entitlement);
}

const told: Readonly<Record<RedemptionState, { readonly action: string; readonly type: string }>> = {
  RESERVED: { action: "reserveRedemption", type: "redemption.reserved" },
  CONFIRMED: { action: "confirmRedemption", type: "redemption.confirmed" },
  COMPLETED: { action: "completeRedemption", type: "redemption.completed" },
  RELEASED: { action: "releaseRedemption", type: "redemption.released" },
  REVERSED: { action: "reverseRedemption", type: "redemption.reversed" },
};

/** The traces of what has just become of a redemption; the transaction's last step. */
export async function recordRedemption(
  tx: Tx,
  work: Pick<Work, "actor" | "now" | "catalogueChanges">,
  { row, ownerId }: { readonly row: RedemptionRow; readonly ownerId: string },
  more: { readonly reason: string | null },
): Promise<void> {
  const { redemptionId, entitlementId, benefitId, state, units, period, merchantId, outletId, occurredAt } = row;
  const { action, type } = told[state];
  const payload = {
    memberId: ownerId,
    redemptionId,
    entitlementId,
    benefitId,
    state,
    units,
    period,
    merchantId,
    outletId,
  };
  await recordChange(tx, work, {
    stream: `member:${ownerId}`,
    action,
    resource: `Redemption:${redemptionId}`,
    after: { ...payload, ...more },
    event: { memberId: ownerId, type, payload: { ...payload, ...more }, occurredAt },
  });
}

/** Who lets reservations lapse, whoever happened to need their units. */
const lapser: Actor = { kind: "service", actorId: "jobs", name: "jobs" };

/** Writes down that a reservation's time is over, unless it was confirmed or given up meanwhile. Answers it as it is then. */
export function lapseReservation(work: Work, { memberId, redemptionId }: RedemptionRow): Promise<RedemptionRow> {
  return inTransaction(work.database.app, async (tx) => {
    const member = await lockMember(tx, memberId, "update");
    const row = await redemptionOf(tx, [memberId], { redemptionId });
    if (!member || !row) throw new Error(`redemption ${redemptionId} is not there`);
    const stepped = stepRedemption(row, "LAPSE", work.now);
    if (!stepped.ok) return row;
    const [lapsed] = await tx
      .update(redemptions)
      .set({ state: stepped.value, undoneAt: work.now })
      .where(and(eq(redemptions.memberId, memberId), eq(redemptions.redemptionId, redemptionId)))
      .returning();
    if (!lapsed) throw new Error(`redemption ${redemptionId} vanished under its member's lock`);
    const recorder = { actor: lapser, now: work.now };
    await recordRedemption(tx, recorder, { row: lapsed, ownerId: member.memberId }, { reason: "its time is over" });
    return lapsed;
  });
}
