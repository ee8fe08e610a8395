import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { refusalFor } from "../graphql/authorize";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { reclaimNumber, releaseNumber } from "./identity-claims";
import { memberForChange } from "./member-in-hand";
import type { LinkedIdentity } from "./link-identity";
import { identities } from "./members.tables";

export interface IdentityToUnlink {
  readonly memberId: string;
  readonly identityId: string;
  readonly reason: string | null;
}

/**
 * Takes a number from a member, who keeps it in its record; the number is free for another one. Puts the number under a
 * claim first, so that a crash on the way cannot leave it with nobody: see identity-claims.ts.
 */
export async function unlinkIdentity(work: Work, input: IdentityToUnlink): Promise<Result<LinkedIdentity>> {
  const { app } = work.database;
  const invalid = reasonRefusals(input.reason);
  if (invalid.length > 0) return refuseAll(invalid);
  const able = await inTransaction(app, (tx) => identityToUnlink(tx, work, input, "share"));
  if (!able.ok) return able;
  const { partnerId, number } = able.value.identity;
  await reclaimNumber(app, partnerId, number, work.now);
  const unlinked = await inTransaction(app, async (tx): Promise<Result<LinkedIdentity>> => {
    const found = await identityToUnlink(tx, work, input, "update");
    return found.ok ? done(await unlink(tx, work, found.value, input.reason)) : found;
  });
  await releaseNumber(app, { partnerId, number }, work.now);
  return unlinked;
}

async function identityToUnlink(
  tx: Tx,
  work: Work,
  input: IdentityToUnlink,
  lock: "update" | "share",
): Promise<Result<LinkedIdentity>> {
  const path = ["input", "identityId"];
  const found = await memberForChange(tx, work, { action: "unlinkIdentity", memberId: input.memberId, path, lock });
  if (!found.ok) return found;
  const { member, identities: live } = found.value;
  const identity = live.find((each) => each.identityId === input.identityId);
  const resource = { memberId: member.memberId, partnerId: identity?.partnerId };
  const denied = refusalFor(work, "unlinkIdentity", resource, "The identity");
  if (denied) return denied;
  if (!identity) return refuse("NOT_FOUND", "The identity was not found, or is unlinked already.", path);
  if (live.length > 1) return done({ member, identity });
  return refuse("LAST_IDENTITY", "This is the member's last identity; close the member instead.", path);
}

/** The member's side of it, under the member's lock. */
export async function unlink(
  tx: Tx,
  work: Work,
  { member, identity }: LinkedIdentity,
  reason: string | null,
): Promise<LinkedIdentity> {
  const { memberId } = member;
  const { identityId, partnerId } = identity;
  await tx
    .update(identities)
    .set({ unlinkedAt: work.now })
    .where(and(eq(identities.memberId, memberId), eq(identities.identityId, identityId)));
  await encodeMembers(tx, work, [memberId]);
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "unlinkIdentity",
    resource: `Identity:${identityId}`,
    before: { partnerId, identityId },
    reason,
    event: { memberId, type: "identity.unlinked", payload: { memberId, identityId, partnerId } },
  });
  return { member, identity: { ...identity, unlinkedAt: work.now } };
}
