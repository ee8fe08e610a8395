import { createHash, createHmac, hkdfSync } from "node:crypto";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Services } from "../context";
import { countBits } from "./core/bitset";
import type { AudienceMembers } from "./core/audience-members";
import { roundedToGroup } from "./core/minimum-group";

/** How the numbers of one answer are told to who asked. */
export interface ShownCounts {
  /** The multiple that counts are rounded to; null where they are exact. */
  readonly group: number | null;
  of(members: AudienceMembers): number | null;
}

/** Exact for the operator; for a partner rounded as core/minimum-group.ts says. */
export function shownCounts({ audiences, masterKey }: Services, actor: Actor): ShownCounts {
  const reach = scopeOf(actor, "previewAudience");
  if (reach.kind !== "partner") return { group: null, of: ({ count }) => count };
  const { minimumGroup } = audiences;
  // A key of each partner's own: two of them cannot find out by their answers that they share the same members.
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", `audience-counts:${reach.partnerId}`, 32));
  return {
    group: minimumGroup,
    of: (members) => roundedToGroup(members.count, minimumGroup, drawOf(key, members)),
  };
}

/** Follows from who is in the set and from nothing else. */
function drawOf(key: Buffer, members: AudienceMembers): number {
  const digest = createHash("sha256");
  for (const { chunk, members: bits } of members.chunks) {
    // A chunk that nobody of the set is in says nothing of it, also when it is new.
    if (countBits(bits) === 0) continue;
    digest.update(`${chunk}:`).update(new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength));
  }
  return createHmac("sha256", key).update(digest.digest()).digest().readUInt32BE(0);
}
