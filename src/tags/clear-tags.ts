import { recordChange } from "../audit/record-change";
import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { grantRefusal } from "../graphql/authorize";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { memberForChange } from "../members/member-in-hand";
import type { MemberRow } from "../members/members.queries";
import { writableTag } from "./check-tag";
import { auditedTags } from "./core/audited-tags";
import { mostTagsAtOnce } from "./set-tags";
import { definitionsByCodes } from "./tags.queries";
import { removeTags } from "./write-tags";

export interface TagsToClear {
  readonly memberId: string;
  readonly codes: readonly string[];
}

/** Makes tags of a member unknown again, all or none; one that is unknown already stays so. Retired ones can be cleared. */
export async function clearTags(work: Work, input: TagsToClear): Promise<Result<MemberRow>> {
  const denied = grantRefusal(work, "clearTags");
  if (denied) return denied;
  if (input.codes.length > mostTagsAtOnce) {
    return refuse("TOO_MANY", `codes has ${input.codes.length} entries, expected at most ${mostTagsAtOnce}.`);
  }
  return inTransaction(work.database.app, async (tx) => {
    const definitions = await definitionsByCodes(tx, input.codes, scopeOf(work.actor, "clearTags"), true);
    const path = ["input", "memberId"];
    const grasp = { action: "clearTags", memberId: input.memberId, path, lock: "update" } as const;
    const found = await memberForChange(tx, work, grasp);
    if (!found.ok) return found;
    const { member } = found.value;
    const refusals = input.codes.flatMap((code, index) => {
      const writable = writableTag(work, "clearTags", code, definitions.get(code), ["input", "codes", String(index)]);
      // A code stands here by itself, not as a field of an entry.
      return writable.ok ? [] : writable.refusals.map((each) => ({ ...each, path: each.path?.slice(0, -1) }));
    });
    if (refusals.length > 0) return refuseAll(refusals);

    const removed = await removeTags(tx, member.memberId, input.codes);
    if (removed.size === 0) return done(member);
    await encodeMembers(tx, work, [member.memberId]);
    const codes = [...removed.keys()].sort();
    await recordChange(tx, work, {
      stream: `member:${member.memberId}`,
      action: "clearTags",
      resource: `Member:${member.memberId}`,
      ...auditedTags(definitions, removed, new Map()),
      event: { memberId: member.memberId, type: "member.tags_cleared", payload: { memberId: member.memberId, codes } },
    });
    return done(member);
  });
}
