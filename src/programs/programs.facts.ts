import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { FactDefinition } from "../facts/core/fact";
import { memberFacts } from "../facts/core/member-facts";
import type { FactRoom } from "../facts/fact-room";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { memberTiers, programs, tiers } from "./programs.tables";

/**
 * The tiers that hold, one a program: of several under merged ids the best, as core/held-tier.ts chooses. They change by
 * themselves when the first of them ends. The tier of rank 0 that everybody starts in has no row and is no fact.
 */
export const programFactRoom: FactRoom = {
  definitions,
  underAliases: true,
  stored: ({ ids, owners, now }) => sql`
    select best.owner_id, 'member.tiers'::text, 'SET'::text, jsonb_agg(best.tier), min(best.ends)
    from (
      select distinct on (o.owner_id, ${memberTiers.programId})
        o.owner_id, ${programs.code} || '/' || ${memberTiers.tierCode} as tier,
        min(${memberTiers.validUntil}) over (partition by o.owner_id) as ends
      from ${owners}
      join ${memberTiers} on ${memberTiers.memberId} = o.member_id
      join ${programs} on ${eq(programs.programId, memberTiers.programId)}
      join ${tiers} on ${and(eq(tiers.programId, memberTiers.programId), eq(tiers.code, memberTiers.tierCode))}
      where ${memberTiers.memberId} = any(${ids})
        and (${memberTiers.validUntil} is null or ${memberTiers.validUntil} > ${now})
      order by o.owner_id, ${memberTiers.programId}, ${tiers.rank} desc, ${memberTiers.validUntil} desc nulls first
    ) as best
    group by 1`,
};

/** Partners see of members' tiers those of the programs that they issue, and so name only these. */
function definitions({ programs: all, tiersByProgram }: CatalogueSnapshot, actor: Actor): FactDefinition[] {
  const reach = scopeOf(actor, "tagDefinition");
  if (reach.kind !== "all" && reach.kind !== "partner") return [];
  const choices = [...all.values()]
    .filter((program) => reach.kind === "all" || program.issuerPartnerId === reach.partnerId)
    .flatMap(({ programId, code }) => (tiersByProgram.get(programId) ?? []).map((tier) => `${code}/${tier.code}`));
  return memberFacts.filter((fact) => fact.name === "member.tiers").map((fact) => ({ ...fact, choices }));
}
