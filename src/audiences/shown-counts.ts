import { createHash, createHmac, hkdfSync } from "node:crypto";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Services } from "../context";
import type { AudienceMembers } from "./core/audience-members";
import { countBits } from "./core/bitset";
import { toldCount } from "./core/minimum-group";

/** How the numbers of one answer are told to who asked. */
export interface ShownCounts {
  /** How far a count may be from the truth; null where counts are exact. */
  readonly accuracy: number | null;
  /** `question` is what led to the set: the hash of the rule, or nothing where the caller has no part in it. */
  of(members: AudienceMembers, question: string): number | null;
}

/** Exact for the operator; for a partner with noise, as core/minimum-group.ts says. */
export function shownCounts({ audiences, masterKey }: Services, actor: Actor): ShownCounts {
  const reach = scopeOf(actor, "previewAudience");
  if (reach.kind !== "partner") return { accuracy: null, of: ({ count }) => count };
  const { minimumGroup } = audiences;
  // A key of each partner's own: two of them cannot find out by their answers that they share the same members.
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", `audience-counts:${reach.partnerId}`, 32));
  return {
    accuracy: minimumGroup,
    of: (members, question) => toldCount(members.count, minimumGroup, drawOf(key, question, members)),
  };
}

/** Follows from the question and from who is in the set, so that asking again changes nothing. */
function drawOf(key: Buffer, question: string, members: AudienceMembers): number {
  const digest = createHash("sha256");
  for (const { chunk, members: bits } of members.chunks) {
    // A chunk that nobody of the set is in says nothing of it, also when it is new.
    if (countBits(bits) === 0) continue;
    digest.update(`${chunk}:`).update(new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength));
  }
  return createHmac("sha256", key).update(`${question}:`).update(digest.digest()).digest().readUInt32BE(0);
}
