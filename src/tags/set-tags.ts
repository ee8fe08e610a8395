import { recordChange } from "../audit/record-change";
import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { grantRefusal } from "../graphql/authorize";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { memberForChange } from "../members/member-in-hand";
import type { MemberRow } from "../members/members.queries";
import { checkTag, type WantedTag } from "./check-tag";
import { auditedTags } from "./core/audited-tags";
import type { TagValue } from "./core/tag";
import { definitionsByCodes, type TagDefinitionRow } from "./tags.queries";
import { tagValues, writeTags, type TagToWrite } from "./write-tags";

export interface TagsToSet {
  readonly memberId: string;
  readonly tags: readonly WantedTag[];
}

export const mostTagsAtOnce = 500;

/** Sets tags of one member, all or none. A value that was observed before the one that is there changes nothing. */
export async function setTags(work: Work, input: TagsToSet): Promise<Result<MemberRow>> {
  const denied = grantRefusal(work, "setTags");
  if (denied) return denied;
  if (input.tags.length > mostTagsAtOnce) {
    return refuse("TOO_MANY", `tags has ${input.tags.length} entries, expected at most ${mostTagsAtOnce}.`);
  }
  const codes = input.tags.map((tag) => tag.code);
  return inTransaction(work.database.app, async (tx) => {
    const definitions = await definitionsByCodes(tx, codes, scopeOf(work.actor, "setTags"), true);
    const path = ["input", "memberId"];
    // The member's lock alone, so that nobody writes a tag between the reading of its old value and the writing.
    const grasp = { action: "setTags", memberId: input.memberId, path, lock: "update" } as const;
    const found = await memberForChange(tx, work, grasp);
    if (!found.ok) return found;
    const { member } = found.value;
    const checked = checkAll(work, input, member.memberId, definitions);
    if (!checked.ok) return checked;

    const values = await tagValues(tx, member.memberId, codes);
    const written = (await writeTags(tx, checked.value, work.now)).map((tag) => tag.code).sort();
    if (written.length === 0) return done(member);
    await encodeMembers(tx, work, [member.memberId]);
    await recordChange(tx, work, {
      stream: `member:${member.memberId}`,
      action: "setTags",
      resource: `Member:${member.memberId}`,
      ...auditedTags(definitions, onlyOf(values, written), onlyOf(wantedValues(checked.value), written)),
      event: {
        memberId: member.memberId,
        type: "member.tags_set",
        payload: { memberId: member.memberId, codes: written },
      },
    });
    return done(member);
  });
}

function wantedValues(tags: readonly TagToWrite[]): Map<string, TagValue> {
  return new Map(tags.map(({ code, value }) => [code, value]));
}

function onlyOf(values: ReadonlyMap<string, TagValue>, codes: readonly string[]): Map<string, TagValue> {
  return new Map([...values].filter(([code]) => codes.includes(code)));
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
    const checked = checkTag(work, "setTags", wanted, definitions.get(wanted.code), path);
    if (!checked.ok) refusals.push(...checked.refusals);
    else if (tags.has(wanted.code)) {
      const message = `The tag "${wanted.code}" stands twice.`;
      refusals.push({ code: "INVALID_INPUT", message, path: [...path, "code"] });
    } else tags.set(wanted.code, { memberId, code: wanted.code, ...checked.value });
  });
  return refusals.length > 0 ? refuseAll(refusals) : done([...tags.values()]);
}
