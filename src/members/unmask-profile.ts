import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import type { Profile } from "./core/profile";
import { memberInHand } from "./member-in-hand";
import { memberProfiles } from "./members.tables";
import { profileSealOf } from "./profile-seal";

export interface Unmasking {
  readonly memberId: string;
  /** Why the caller must know, 1 to 500 characters; stands in the member's audit log. */
  readonly reason: string;
}

/** A look at the profile in clear. The look is in the member's audit log before anyone sees the profile. */
export async function unmaskProfile(work: Work, input: Unmasking): Promise<Result<Profile>> {
  return inTransaction(work.database.vault, async (tx) => {
    const path = ["input", "memberId"];
    const found = await memberInHand(tx, work, {
      action: "unmaskProfile",
      memberId: input.memberId,
      path,
      lock: "share",
    });
    if (!found.ok) return found;
    const refusals = reasonRefusals(input.reason);
    if (refusals.length > 0) return refuseAll(refusals);
    const { memberId } = found.value.member;
    const [sealed] = await tx.select().from(memberProfiles).where(eq(memberProfiles.memberId, memberId));
    const profile = sealed && profileSealOf(work.services.masterKey).open(memberId, sealed);
    if (!profile) return refuse("NOT_FOUND", "The member has no profile, or it was erased.", path);
    await recordChange(tx, work, {
      stream: `member:${memberId}`,
      action: "unmaskProfile",
      resource: `Member:${memberId}`,
      after: { profileFields: Object.keys(profile) },
      reason: input.reason,
      event: { memberId, type: "profile.unmasked", payload: { memberId } },
    });
    return done(profile);
  });
}
