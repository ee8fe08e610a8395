import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { newId } from "../kernel/ids";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { memberForChange } from "../members/member-in-hand";
import type { MerchantRow } from "../merchants/merchants.queries";
import { nameOf } from "../wallet/move-value";
import { hashOfUse } from "./core/redemption-input";
import { entitlementOf, redemptionOf, type EntitlementRow, type RedemptionRow } from "./entitlements.queries";
import { redemptions } from "./entitlements.tables";
import { holdUnits } from "./hold-units";
import { asRefusals, judgeUse, ruleRefusal, type JudgedStock, type Judgement, type UsingMember } from "./judge-use";
import { settled } from "./settle-claims";
import { recordRedemption, type SteppedRedemption } from "./step-redemption";
import { releaseUnits } from "./stock";
import { writeCosts } from "./write-costs";

/** A use of a known entitlement, by somebody who may: what is left is whether it is possible. */
export interface ReadyUse {
  readonly action: Action;
  readonly member: UsingMember;
  /** A partner that the member let in by showing a code. */
  readonly letIn: string | null;
  readonly entitlementId: string;
  readonly merchant: MerchantRow | null;
  readonly outletId: string | null;
  readonly units: number;
  readonly guests: number;
  /** As it was given; absent: now. */
  readonly occurredAt: Date | null;
  readonly idempotencyKey: string;
  readonly codeDigest: Buffer | null;
  /** Why the code is not good, where it is not; what its key came to before is answered nevertheless. */
  readonly codeRefusal: Result<never> | null;
  /** What becomes of it: set aside until then, or completed at once. */
  readonly intent: { readonly reserveUntil: Date } | "COMPLETE";
  /** Where the entitlement stands in the input. */
  readonly path: readonly string[];
}

export interface UsedEntitlement extends SteppedRedemption {
  /** Whether the key was used before, and this is what it came to. */
  readonly isRepeated: boolean;
}

/** Begun anew where somebody gave a claim up that was still on its way; more often than this something else is wrong. */
const attempts = 5;

/**
 * Reserves or redeems. The stock is everybody's and lies elsewhere than the member, so it is taken first, in a claim
 * under the redemption's id; then the member's own transaction writes the redemption, under the member's lock; then the
 * claim is settled, or released where the member's side refused. A crash between any two of these leaves a claim that is
 * looked up (settle-claims.ts).
 */
export async function useEntitlement(work: Work, use: ReadyUse): Promise<Result<UsedEntitlement>> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await redemptionBefore(work, use);
    if (before) return before;
    if (use.codeRefusal) return use.codeRefusal;
    const ready = await judged(work, use);
    if (!ready.ok) return ready;
    const redemptionId = newId();
    const { row, judgement } = ready.value;
    const held = judgement.stock ? await heldFor(work, row, judgement.stock, judgement.units, redemptionId) : undefined;
    if (held && !held.ok) return { ok: false, refusals: held.refusals.map((each) => ({ ...each, path: use.path })) };
    const written = await inTransaction(work.database.app, (tx) => writeUse(tx, work, use, redemptionId));
    const isOurs = written !== "FENCED" && written.ok && written.value.redemption.redemptionId === redemptionId;
    if (!isOurs && judgement.stock) await releaseUnits(work.database.app, { ...judgement.stock, redemptionId });
    if (written !== "FENCED") {
      // Not waited for: a claim that is not settled is looked up.
      if (isOurs) void settled(work, written.value.redemption).catch((error) => work.services.log.warn({ err: error }));
      return written;
    }
    if (attempt === attempts) throw new Error(`claims of redemptions were given up ${attempts} times`);
  }
}

function heldFor(work: Work, row: EntitlementRow, stock: JudgedStock, units: number, redemptionId: string) {
  const { memberId, entitlementId } = row;
  const takenAt = work.now;
  // A crash is looked up by a sweeper after this; whoever runs short looks much earlier.
  const doubtfulFrom = new Date(takenAt.getTime() + 60_000);
  return holdUnits(work, { ...stock, redemptionId, memberId, entitlementId, units, takenAt, doubtfulFrom });
}

async function redemptionBefore(
  { database }: Work,
  use: ReadyUse,
  db: Parameters<typeof redemptionOf>[0] = database.app,
  member = use.member,
): Promise<Result<UsedEntitlement> | undefined> {
  const before = await redemptionOf(db, member.allIds, { idempotencyKey: use.idempotencyKey });
  if (!before) return undefined;
  if (before.inputHash.equals(hashOf(use))) {
    return done({ ownerId: member.memberId, redemption: before, isRepeated: true });
  }
  const message = `idempotencyKey "${use.idempotencyKey}" was used for another use of an entitlement of this member.`;
  return refuse("IDEMPOTENCY_MISMATCH", message, ["input", "idempotencyKey"]);
}

function hashOf(use: ReadyUse): Buffer {
  const { entitlementId, units, guests, occurredAt, outletId, merchant, intent } = use;
  return hashOfUse({
    ...{ entitlementId, units, guests, occurredAt, outletId, merchantId: merchant?.merchantId ?? null },
    intent: intent === "COMPLETE" ? "COMPLETE" : "RESERVE",
  });
}

interface Ready {
  readonly row: EntitlementRow;
  readonly judgement: Judgement;
}

/** Before anything is taken: whoever cannot use it is told so without a lock. */
async function judged(work: Work, use: ReadyUse): Promise<Result<Ready>> {
  const { app } = work.database;
  const row = await entitlementOf(app, use.member.allIds, use.entitlementId);
  if (!row) return refuse("NOT_FOUND", "The entitlement was not found.", use.path);
  const at = use.occurredAt ?? work.now;
  const judgement = await judgeUse(app, work, use.member, row, { ...use, at });
  const ruled = await ruleRefusal(work, use.member, judgement.benefit, at);
  const refusals = [...judgement.refusals, ...(ruled ? [ruled] : [])];
  return refusals.length > 0 ? refuseAll(asRefusals(refusals, use.path)) : done({ row, judgement });
}

/** The member's side, under its lock: judged once more, since others used the entitlement meanwhile. */
async function writeUse(
  tx: Tx,
  work: Work,
  use: ReadyUse,
  redemptionId: string,
): Promise<Result<UsedEntitlement> | "FENCED"> {
  const { action, letIn, path } = use;
  const inHand = await memberForChange(tx, work, { action, memberId: use.member.memberId, path, letIn });
  if (!inHand.ok) return inHand;
  const { memberId } = inHand.value.member;
  const member = { memberId, allIds: await allIdsOfMember(tx, memberId) };
  const before = await redemptionBefore(work, use, tx, member);
  if (before) return before;
  const row = await entitlementOf(tx, member.allIds, use.entitlementId);
  if (!row) return refuse("NOT_FOUND", "The entitlement was not found.", path);
  const at = use.occurredAt ?? work.now;
  const judgement = await judgeUse(tx, work, member, row, { ...use, at });
  if (judgement.refusals.length > 0) return refuseAll(asRefusals(judgement.refusals, path));
  if (use.codeDigest && (await redemptionOf(tx, member.allIds, { codeDigest: use.codeDigest }))) {
    return refuse("CODE_INVALID", "The code was used already.", ["input", "entitlement", "code"]);
  }
  const redemption = await insertRedemption(tx, work, use, { redemptionId, row, judgement, at });
  if (!redemption) return "FENCED";
  if (redemption.state === "COMPLETED") await writeCosts(tx, redemption, judgement.benefit.content);
  await recordRedemption(tx, work, { row: redemption, ownerId: memberId }, { reason: null });
  return done({ ownerId: memberId, redemption, isRepeated: false });
}

/** Undefined where somebody put a fence in its way: then its claim on the stock is no longer its own. */
async function insertRedemption(
  tx: Tx,
  { actor, now }: Work,
  use: ReadyUse,
  { redemptionId, row, judgement, at }: Ready & { readonly redemptionId: string; readonly at: Date },
): Promise<RedemptionRow | undefined> {
  const isComplete = use.intent === "COMPLETE";
  const [written] = await tx
    .insert(redemptions)
    .values({
      ...{ memberId: row.memberId, redemptionId, entitlementId: row.entitlementId, benefitId: row.benefitId },
      ...{ period: judgement.quota.period, units: judgement.units, state: isComplete ? "COMPLETED" : "RESERVED" },
      reservedUntil: use.intent === "COMPLETE" ? now : use.intent.reserveUntil,
      ...{ merchantId: use.merchant?.merchantId ?? null, outletId: use.outletId, occurredAt: at, recordedAt: now },
      ...{ completedAt: isComplete ? now : null, actor: nameOf(actor) },
      ...{ idempotencyKey: use.idempotencyKey, inputHash: hashOf(use), codeDigest: use.codeDigest },
      ...{ stockPeriod: judgement.stock?.period ?? null, holdsStock: judgement.stock !== null },
    })
    .onConflictDoNothing({ target: [redemptions.memberId, redemptions.redemptionId] })
    .returning();
  return written;
}
