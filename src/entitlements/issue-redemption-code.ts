import { eq, lt } from "drizzle-orm";
import type { Work } from "../context";
import { plusHours } from "../kernel/period";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { outletsByIds } from "../merchants/merchants.queries";
import { memberToMove } from "../wallet/move-value";
import { standingAt } from "./core/entitlement";
import { latestUploadDays } from "./core/redemption-input";
import { stepRedemption } from "./core/redemption";
import { entitlementOf, redemptionOf, type EntitlementRow } from "./entitlements.queries";
import { redemptionCodes } from "./entitlements.tables";
import { codeExpiry, digestOfCode, makeCode, qrPayloadOf } from "./redemption-code";

export interface CodeToIssue {
  readonly memberId: string;
  readonly entitlementId: string;
  /** Where alone it shall be good; null: wherever the benefit is. */
  readonly outletId: string | null;
  /** A reservation of the entitlement that it shall complete. */
  readonly redemptionId: string | null;
}

export interface IssuedCode {
  readonly code: string;
  readonly qrPayload: string;
  /** The first instant at which it no longer counts. */
  readonly expiresAt: Date;
}

/**
 * A code that the member shows at a till, good once. Only its digest is kept, so nobody can read it again. Is no audited
 * act: nothing changes until somebody uses it, which stands in the member's audit log.
 */
export async function issueRedemptionCode(work: Work, input: CodeToIssue): Promise<Result<IssuedCode>> {
  const { app } = work.database;
  const found = await usableEntitlement(work, input);
  if (!found.ok) return found;
  const { outletId, redemptionId } = input;
  const [outlet] = outletId ? await outletsByIds(app, [outletId]) : [];
  if (outletId && !outlet) return refuse("NOT_FOUND", "The outlet was not found.", ["input", "outletId"]);
  const { memberId, entitlementId } = found.value;
  const [code, expiresAt] = [makeCode(), codeExpiry(work.now)];
  const digest = digestOfCode(work.services.masterKey, code);
  // By a statement of its own: it lies by its digest, not with the member.
  await app
    .insert(redemptionCodes)
    .values({ digest, memberId, entitlementId, outletId, redemptionId, issuedAt: work.now, expiresAt });
  return done({ code, qrPayload: qrPayloadOf(code), expiresAt });
}

/** Without the member's lock: all that is asked here is asked again when the code is used. */
async function usableEntitlement(work: Work, input: CodeToIssue): Promise<Result<EntitlementRow>> {
  const { app } = work.database;
  const path = ["input", "entitlementId"];
  const member = await memberToMove(work, "issueRedemptionCode", input.memberId, path);
  if (!member.ok) return member;
  const allIds = await allIdsOfMember(app, member.value.memberId);
  const entitlement = await entitlementOf(app, allIds, input.entitlementId);
  if (!entitlement) return refuse("NOT_FOUND", "The entitlement was not found.", path);
  const standing = standingAt(entitlement, work.now);
  if (standing !== "USABLE") {
    return refuse("ENTITLEMENT_NOT_USABLE", `The entitlement is ${standing}, expected USABLE.`, path);
  }
  const { redemptionId } = input;
  if (!redemptionId) return done(entitlement);
  const reservation = await redemptionOf(app, allIds, { redemptionId });
  const place = ["input", "redemptionId"];
  if (!reservation || reservation.isFence || reservation.entitlementId !== entitlement.entitlementId) {
    return refuse("NOT_FOUND", "The reservation was not found.", place);
  }
  const completed = stepRedemption(reservation, "COMPLETE", work.now);
  if (completed.ok) return done(entitlement);
  return refuseAll(completed.refusals.map((each) => ({ ...each, path: place })));
}

export type CodeRow = typeof redemptionCodes.$inferSelect;

export interface OpenedCode {
  readonly row: CodeRow;
  /** Why it is not good at the instant or outlet. Not said of a redemption that is only asked for again. */
  readonly refusal: Result<never> | null;
}

/** What a shown code stands for. */
export async function openCode(
  { database, services }: Work,
  code: string | undefined,
  at: Date,
  outletId: string | null,
): Promise<Result<OpenedCode>> {
  const path = ["input", "entitlement", "code"];
  const digest = code === undefined ? undefined : digestOfCode(services.masterKey, code);
  const [row] = digest
    ? await database.app.select().from(redemptionCodes).where(eq(redemptionCodes.digest, digest))
    : [];
  if (!row || at < row.issuedAt) return refuse("CODE_INVALID", "The code is not known.", path);
  const refusal =
    at >= row.expiresAt
      ? refuse("CODE_EXPIRED", `The code was good until ${row.expiresAt.toISOString()}.`, path)
      : row.outletId && row.outletId !== outletId
        ? refuse("CODE_INVALID", "The code is good at another outlet alone.", path)
        : null;
  return done({ row, refusal });
}

/** A job's work: codes are kept for as long as a use may be reported late, and a day more. */
export async function forgetCodes({ database, now }: Pick<Work, "database" | "now">): Promise<void> {
  const before = plusHours(now, -24 * (latestUploadDays + 1));
  await database.app.delete(redemptionCodes).where(lt(redemptionCodes.expiresAt, before));
}
