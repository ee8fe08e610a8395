import { recordChange } from "../audit/record-change";
import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { grantRefusal } from "../graphql/authorize";
import { done, refuse, type Refusal, type Result } from "../kernel/result";
import { lockActiveMembers } from "../members/member-in-hand";
import { membersByIds } from "../members/members.queries";
import { checkTag, type WantedTag } from "./check-tag";
import { definitionsByCodes, type TagDefinitionRow } from "./tags.queries";
import { writeTags, type TagToWrite } from "./write-tags";

export interface MemberTagToSet extends WantedTag {
  readonly memberId: string;
}

export interface BulkOutcome {
  readonly written: number;
  /** Items that were good, but older than what is there, or than another item of the same member and tag. */
  readonly outdated: number;
  /** One for each item that was refused, with its place in the path. */
  readonly refusals: readonly Refusal[];
}

export const mostItemsInBulk = 5000;

/** Sets tags of many members, each item by itself: a bad one is refused and the good ones are written, in one statement. */
export async function setTagsInBulk(work: Work, items: readonly MemberTagToSet[]): Promise<Result<BulkOutcome>> {
  const denied = grantRefusal(work, "setTagsInBulk");
  if (denied) return denied;
  if (items.length > mostItemsInBulk) {
    return refuse("TOO_MANY", `items has ${items.length} entries, expected at most ${mostItemsInBulk}.`, [
      "input",
      "items",
    ]);
  }
  const reach = scopeOf(work.actor, "setTagsInBulk");
  const memberIds = [...new Set(items.map((item) => item.memberId))];
  const known = await membersByIds(work.database.app, memberIds, reach);
  return inTransaction(work.database.app, async (tx) => {
    const codes = items.map((item) => item.code);
    const definitions = await definitionsByCodes(tx, codes, reach, true);
    const active = await lockActiveMembers(tx, [...new Set([...known.values()].map((member) => member.memberId))]);
    const sorted = new Sorting(work, definitions);
    items.forEach((item, index) => {
      const path = ["input", "items", String(index)];
      const member = known.get(item.memberId);
      if (!member) sorted.refuse({ code: "NOT_FOUND", message: "The member was not found.", path });
      else if (!active.has(member.memberId)) {
        sorted.refuse({ code: "MEMBER_CLOSED", message: "The member is closed, expected ACTIVE.", path });
      } else sorted.check({ ...item, memberId: member.memberId }, path);
    });
    const written = await writeTags(tx, sorted.toWrite, work.now);
    if (written.length > 0) {
      await encodeMembers(
        tx,
        work,
        written.map(({ memberId }) => memberId),
      );
      await record(tx, work, written);
    }
    return done({ written: written.length, outdated: sorted.good - written.length, refusals: sorted.refusals });
  });
}

/** Parts the good items from the bad, and of several for one tag of one member keeps the one observed last. */
class Sorting {
  readonly refusals: Refusal[] = [];
  good = 0;
  readonly #kept = new Map<string, TagToWrite>();

  constructor(
    private readonly work: Work,
    private readonly definitions: ReadonlyMap<string, TagDefinitionRow>,
  ) {}

  get toWrite(): TagToWrite[] {
    return [...this.#kept.values()];
  }

  /** The blame is the item's as a whole, so that its place is the end of the path. */
  refuse(refusal: Refusal): void {
    this.refusals.push({ ...refusal, path: refusal.path?.slice(0, 3) });
  }

  check(item: MemberTagToSet, path: readonly string[]): void {
    const { memberId, code } = item;
    const checked = checkTag(this.work, "setTagsInBulk", item, this.definitions.get(code), path);
    if (!checked.ok) return checked.refusals.forEach((refusal) => this.refuse(refusal));
    this.good += 1;
    const key = `${memberId} ${code}`;
    const other = this.#kept.get(key);
    if (other && other.observedAt > checked.value.observedAt) return;
    this.#kept.set(key, { memberId, code, ...checked.value });
  }
}

async function record(tx: Tx, work: Work, written: readonly { memberId: string; code: string }[]): Promise<void> {
  const codesByMember = new Map<string, string[]>();
  const membersByCode: Record<string, number> = {};
  for (const { memberId, code } of written) {
    codesByMember.set(memberId, [...(codesByMember.get(memberId) ?? []), code]);
    membersByCode[code] = (membersByCode[code] ?? 0) + 1;
  }
  const event = [...codesByMember].map(([memberId, codes]) => ({
    memberId,
    type: "member.tags_set",
    payload: { memberId, codes: codes.sort() },
  }));
  // One entry for all: an entry in each member's own chain would lock thousands of chains for one import.
  await recordChange(tx, work, {
    stream: work.actor.kind === "partner" ? `partner:${work.actor.partnerId}` : "catalogue",
    action: "setTagsInBulk",
    resource: "MemberTag:many",
    after: { members: codesByMember.size, membersByCode },
    event,
  });
}
