import { appendAuditEntry } from "../audit/append-entry";
import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { emitMemberEvent } from "../events/emit-event";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { memberForChange } from "../members/member-in-hand";
import type { MemberRow } from "../members/members.queries";
import { checkTag, ungranted, type WantedTag } from "./check-tag";
import { definitionsByCodes, type TagDefinitionRow } from "./tags.queries";
import { writeTags, type TagToWrite } from "./write-tags";

export interface TagsToSet {
  readonly memberId: string;
  readonly tags: readonly WantedTag[];
}

export const mostTagsAtOnce = 500;

/** Sets tags of one member, all or none. A value that was observed before the one that is there changes nothing. */
export async function setTags(work: Work, input: TagsToSet): Promise<Result<MemberRow>> {
  const denied = ungranted(work, "setTags");
  if (denied) return denied;
  if (input.tags.length > mostTagsAtOnce) {
    return refuse("TOO_MANY", `tags has ${input.tags.length} entries, expected at most ${mostTagsAtOnce}.`);
  }
  const codes = input.tags.map((tag) => tag.code);
  return inTransaction(work.database.app, async (tx) => {
    const definitions = await definitionsByCodes(tx, codes, scopeOf(work.actor, "setTags"), true);
    const path = ["input", "memberId"];
    const grasp = { action: "setTags", memberId: input.memberId, path, lock: "share" } as const;
    const found = await memberForChange(tx, work, grasp);
    if (!found.ok) return found;
    const { member } = found.value;
    const checked = checkAll(work, input, member.memberId, definitions);
    if (!checked.ok) return checked;

    const written = (await writeTags(tx, checked.value, work.now)).map((tag) => tag.code).sort();
    if (written.length === 0) return done(member);
    await emitMemberEvent(tx, member.memberId, {
      type: "member.tags_set",
      payload: { memberId: member.memberId, codes: written },
      occurredAt: work.now,
      now: work.now,
    });
    await appendAuditEntry(tx, {
      stream: `member:${member.memberId}`,
      actor: work.actor,
      action: "setTags",
      resource: `Member:${member.memberId}`,
      after: { codes: written },
      now: work.now,
    });
    return done(member);
  });
}

function checkAll(
  work: Work,
  input: TagsToSet,
  memberId: string,
  definitions: ReadonlyMap<string, TagDefinitionRow>,
): Result<TagToWrite[]> {
  const refusals: Refusal[] = [];
  const tags = new Map<string, TagToWrite>();
  input.tags.forEach((wanted, index) => {
    const path = ["input", "tags", String(index)];
    const checked = checkTag(work, wanted, definitions.get(wanted.code), path);
    if (!checked.ok) refusals.push(...checked.refusals);
    else if (tags.has(wanted.code)) {
      const message = `The tag "${wanted.code}" stands twice.`;
      refusals.push({ code: "INVALID_INPUT", message, path: [...path, "code"] });
    } else tags.set(wanted.code, { memberId, code: wanted.code, ...checked.value });
  });
  return refusals.length > 0 ? refuseAll(refusals) : done([...tags.values()]);
}
