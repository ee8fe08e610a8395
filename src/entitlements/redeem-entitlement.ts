import { and, eq } from "drizzle-orm";
import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { grantRefusal } from "../graphql/authorize";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { memberForChange } from "../members/member-in-hand";
import { memberNamed, type MemberNamed } from "../members/member-named";
import { memberToMove } from "../wallet/move-value";
import { stepRedemption } from "./core/redemption";
import { useRefusals, type UseFacts } from "./core/redemption-input";
import { placeRefusal } from "./core/usability";
import { redemptionOf, type RedemptionRow } from "./entitlements.queries";
import { redemptions } from "./entitlements.tables";
import { openCode, type CodeRow } from "./issue-redemption-code";
import { asRefusals, placeOf, type UsingMember } from "./judge-use";
import { readCode } from "./redemption-code";
import { settled } from "./settle-claims";
import { benefitOfRedemption, recordRedemption } from "./step-redemption";
import { useEntitlement, type ReadyUse, type UsedEntitlement } from "./use-entitlement";
import { placeOfUse, type NamedPlace } from "./use-place";
import { writeCosts } from "./write-costs";

/** Whose entitlement: by the code that the member shows, or by name. */
export type UseBy =
  | { readonly code: string }
  | {
      readonly member: MemberNamed;
      readonly entitlementId: string;
      /** Where it stands in the input, unless under `entitlement`. */
      readonly path?: readonly string[];
    };

export interface EntitlementToUse extends UseFacts, NamedPlace {
  readonly by: UseBy;
}

/**
 * A use at a merchant, or one that a service reports: reserved and completed at once; a code that stands for a
 * reservation completes that one. Judged at `occurredAt`, also where it is reported late.
 */
export async function redeemEntitlement(work: Work, input: EntitlementToUse): Promise<Result<UsedEntitlement>> {
  const ready = await readyUse(work, "redeemEntitlement", input, "COMPLETE");
  if (!ready.ok) return ready;
  const { use, code } = ready.value;
  return code?.redemptionId ? completeReserved(work, use, code.redemptionId) : useEntitlement(work, use);
}

/** Everything that must be known before anything is judged: who asks, where, whose, and by which code. */
export async function readyUse(
  work: Work,
  action: Action,
  input: EntitlementToUse,
  intent: ReadyUse["intent"],
): Promise<Result<{ readonly use: ReadyUse; readonly code: CodeRow | null }>> {
  const denied = grantRefusal(work, action);
  if (denied) return denied;
  const refusals = useRefusals(input, work.now);
  if (refusals.length > 0) return refuseAll(refusals);
  const merchant = await placeOfUse(work, action, input);
  if (!merchant.ok) return merchant;
  const whose = await whoseEntitlement(work, action, input);
  if (!whose.ok) return whose;
  const { member, entitlementId, code, letIn, codeRefusal, path } = whose.value;
  const { outletId, units, guests, occurredAt, idempotencyKey } = input;
  const use: ReadyUse = {
    ...{ action, member, letIn, entitlementId, merchant: merchant.value, outletId, units, guests, occurredAt },
    ...{ idempotencyKey, codeDigest: code?.digest ?? null, codeRefusal, intent, path },
  };
  return done({ use, code });
}

interface Whose {
  readonly member: UsingMember;
  readonly entitlementId: string;
  readonly code: CodeRow | null;
  readonly codeRefusal: Result<never> | null;
  readonly letIn: string | null;
  readonly path: readonly string[];
}

async function whoseEntitlement(work: Work, action: Action, input: EntitlementToUse): Promise<Result<Whose>> {
  const { by, outletId, occurredAt } = input;
  if ("code" in by) {
    const opened = await openCode(work, readCode(by.code), occurredAt ?? work.now, outletId);
    if (!opened.ok) return opened;
    const path = ["input", "entitlement", "code"];
    // Who shows a code lets the merchant in that reads it, whether or not that one knows it otherwise.
    const letIn = work.actor.kind === "partner" ? work.actor.partnerId : null;
    const { row: code, refusal: codeRefusal } = opened.value;
    const member = await usingMember(work, action, code.memberId, path, letIn);
    if (!member.ok) return member;
    return done({ member: member.value, entitlementId: code.entitlementId, code, codeRefusal, letIn, path });
  }
  const named = await memberNamed(work, action, by.member);
  if (!named.ok) return named;
  const path = by.path ?? ["input", "entitlement"];
  const member = await usingMember(work, action, named.value.memberId, path, null);
  if (!member.ok) return member;
  return done({
    member: member.value,
    entitlementId: by.entitlementId,
    code: null,
    codeRefusal: null,
    letIn: null,
    path,
  });
}

async function usingMember(
  work: Work,
  action: Action,
  memberId: string,
  path: readonly string[],
  letIn: string | null,
): Promise<Result<UsingMember>> {
  const found = await memberToMove(work, action, memberId, path, letIn);
  if (!found.ok) return found;
  const owner = found.value.memberId;
  return done({ memberId: owner, allIds: await allIdsOfMember(work.database.app, owner) });
}

/**
 * What was reserved is redeemed: quota and stock are its own already, and that it may be used was promised when it was
 * reserved, so that alone is asked which only the till knows: whether it serves this benefit.
 */
async function completeReserved(work: Work, use: ReadyUse, redemptionId: string): Promise<Result<UsedEntitlement>> {
  const completed = await inTransaction(work.database.app, async (tx): Promise<Result<UsedEntitlement>> => {
    const { action, letIn, path } = use;
    const inHand = await memberForChange(tx, work, { action, memberId: use.member.memberId, path, letIn });
    if (!inHand.ok) return inHand;
    const ownerId = inHand.value.member.memberId;
    const row = await redemptionOf(tx, await allIdsOfMember(tx, ownerId), { redemptionId });
    if (!row || row.isFence) return refuse("CODE_INVALID", "The code's reservation is not there any more.", path);
    if (row.state === "COMPLETED" && use.codeDigest && row.codeDigest?.equals(use.codeDigest)) {
      return done({ ownerId, redemption: row, isRepeated: true });
    }
    if (use.codeRefusal) return use.codeRefusal;
    const redemption = await completedReservation(tx, work, use, row);
    if (!redemption.ok) return redemption;
    await recordRedemption(tx, work, { row: redemption.value, ownerId }, { reason: null });
    return done({ ownerId, redemption: redemption.value, isRepeated: false });
  });
  if (completed.ok) await settled(work, completed.value.redemption);
  return completed;
}

async function completedReservation(
  tx: Tx,
  work: Work,
  use: ReadyUse,
  row: RedemptionRow,
): Promise<Result<RedemptionRow>> {
  const benefit = await benefitOfRedemption(tx, work, row);
  const place = placeOf(benefit, use.merchant);
  const elsewhere = placeRefusal(benefit.content, place);
  if (elsewhere) return refuseAll(asRefusals([elsewhere], use.path));
  const stepped = stepRedemption(row, "COMPLETE", work.now);
  if (!stepped.ok) return stepped;
  const { merchant, outletId, codeDigest, occurredAt } = use;
  const [written] = await tx
    .update(redemptions)
    .set({
      ...{ state: stepped.value, completedAt: work.now, occurredAt: occurredAt ?? work.now, codeDigest },
      ...(merchant ? { merchantId: merchant.merchantId, outletId } : {}),
    })
    .where(and(eq(redemptions.memberId, row.memberId), eq(redemptions.redemptionId, row.redemptionId)))
    .returning();
  if (!written) throw new Error(`redemption ${row.redemptionId} vanished under its member's lock`);
  await writeCosts(tx, written, benefit.content);
  return done(written);
}
