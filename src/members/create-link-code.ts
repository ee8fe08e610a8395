import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { done, type Result } from "../kernel/result";
import { linkCodeExpiry, sealLinkCode } from "./link-code";
import { memberForChange } from "./member-in-hand";

export interface CreatedLinkCode {
  readonly code: string;
  /** The first instant at which it no longer counts. */
  readonly expiresAt: Date;
}

/**
 * A code by which the member lets a partner link its number, without knowing the member before. Is no audited act:
 * nothing changes until a partner uses it, which stands in the member's audit log.
 */
export async function createLinkCode(work: Work, memberId: string): Promise<Result<CreatedLinkCode>> {
  return inTransaction(work.database.app, async (tx) => {
    const path = ["input", "memberId"];
    const inHand = await memberForChange(tx, work, { action: "createLinkCode", memberId, path, lock: "share" });
    if (!inHand.ok) return inHand;
    const expiresAt = linkCodeExpiry(work.now);
    const code = sealLinkCode(work.services.masterKey, { memberId: inHand.value.member.memberId, expiresAt });
    return done({ code, expiresAt });
  });
}
