import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { adoptIntoTarget } from "./adopt-into-target";
import { closeSource } from "./close-source";
import { membersByIds, type MemberRow } from "./members.queries";
import { claimBoth, releaseClaims, type Merge } from "./merge-claims";

export interface MembersToMerge {
  readonly sourceId: string;
  readonly targetId: string;
  /** Why they are one person, 1 to 500 characters. */
  readonly reason: string;
}

/**
 * Makes two members one: the source closes and from then on answers as the target. A target that was merged itself
 * stands for the member at the end of its chain. The two may live on different shards, so it goes in steps:
 *
 *     claim both → check both → close the source → the target adopts → release the claims
 *
 * The claims keep each member to one merge at a time, which makes cycles impossible: whoever is checked to be active is
 * so when the source closes. A crash before the source closed leaves only claims, which the sweeper releases; a crash
 * after it leaves a source that answers as the target already, and the sweeper lets the target adopt.
 */
export async function mergeMembers(work: Work, input: MembersToMerge): Promise<Result<MemberRow>> {
  const denied = refusalFor(work, "mergeMembers", {}, "The member");
  if (denied) return denied;
  const invalid = reasonRefusals(input.reason);
  if (invalid.length > 0) return refuseAll(invalid);
  const { app } = work.database;
  const checked = await checkBoth(work, input.sourceId, input.targetId);
  if (!checked.ok) return checked;

  const merge: Merge = { mergeId: newId(), sourceId: input.sourceId, targetId: checked.value.memberId };
  if (!(await claimBoth(app, merge, work.now))) return busy();
  // Where this throws the claims stay: whether the source closed may be unknown, and the sweeper looks.
  const merged = await mergeUnderClaims(work, merge, input.reason);
  await releaseClaims(app, merge);
  return merged;
}

async function mergeUnderClaims(work: Work, merge: Merge, reason: string): Promise<Result<MemberRow>> {
  const again = await checkBoth(work, merge.sourceId, merge.targetId);
  if (!again.ok) return again;
  if (again.value.memberId !== merge.targetId) return busy();
  const closed = await closeSource(work, merge, reason);
  return closed.ok ? done(await adoptIntoTarget(work, merge)) : closed;
}

/** The target at the end of its chain, where both may be merged. */
async function checkBoth(work: Work, sourceId: string, targetId: string): Promise<Result<MemberRow>> {
  const found = await membersByIds(work.database.app, [sourceId, targetId], { kind: "all" });
  const source = found.get(sourceId);
  const target = found.get(targetId);
  if (!source) return refuse("NOT_FOUND", "The source was not found.", ["input", "sourceId"]);
  if (!target) return refuse("NOT_FOUND", "The target was not found.", ["input", "targetId"]);
  if (source.memberId === target.memberId) {
    return refuse("SAME_MEMBER", "Source and target are one member, expected two.", ["input", "targetId"]);
  }
  if (source.memberId !== sourceId) {
    return refuse("MEMBER_CLOSED", "The source was merged into another member already.", ["input", "sourceId"]);
  }
  if (source.status !== "ACTIVE") {
    return refuse("MEMBER_CLOSED", "The source is CLOSED, expected ACTIVE.", ["input", "sourceId"]);
  }
  if (target.status === "ACTIVE") return done(target);
  return refuse("MEMBER_CLOSED", "The target is CLOSED, expected ACTIVE.", ["input", "targetId"]);
}

function busy() {
  const message = "One of the members takes part in another merge; read both again and repeat.";
  return refuse("VERSION_CONFLICT", message, ["input"]);
}
