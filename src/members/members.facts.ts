import { sql } from "drizzle-orm";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { FactDefinition } from "../facts/core/fact";
import { memberFacts } from "../facts/core/member-facts";
import { consentsFact, consentsRefusedFact, joinedOnFact, statusFact } from "../facts/core/stored-facts";
import type { FactRoom } from "../facts/fact-room";
import { aliasesFact } from "../facts/read-stored-facts";
import { partnerCodeOf } from "../merchants/merchants.queries";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { consents, identities, memberAliases, members } from "./members.tables";

/** Status, joining day, live identities, consents that count, and which members were merged into this one. */
export const memberFactRoom: FactRoom = {
  definitions,
  stored: ({ ids, timeZone }) => sql`
    select ${members.memberId}, ${statusFact}::text, 'ENUM'::text, to_jsonb(${members.status}), null::timestamptz
    from ${members} where ${members.memberId} = any(${ids})
    union all
    select ${members.memberId}, ${joinedOnFact}, 'DATE', to_jsonb((${members.joinedAt} at time zone ${timeZone})::date), null
    from ${members} where ${members.memberId} = any(${ids})
    union all
    select ${identities.memberId}, 'member.identities', 'SET',
      jsonb_agg(distinct ${partnerCodeOf(identities.partnerId)}), null
    from ${identities} where ${identities.memberId} = any(${ids}) and ${identities.unlinkedAt} is null
    group by 1
    union all
    select latest.member_id, case when latest.granted then ${consentsFact} else ${consentsRefusedFact} end, 'SET',
      jsonb_agg(latest.consent), null
    from (
      select distinct on (${consents.memberId}, ${consents.partnerId}, ${consents.purpose})
        ${consents.memberId}, ${consents.granted},
        ${partnerCodeOf(consents.partnerId)} || '/' || ${consents.purpose} as consent
      from ${consents} where ${consents.memberId} = any(${ids})
      order by ${consents.memberId}, ${consents.partnerId}, ${consents.purpose}, ${consents.version} desc
    ) as latest
    group by latest.member_id, latest.granted
    union all
    select ${memberAliases.memberId}, ${aliasesFact}, 'SET',
      jsonb_agg(${memberAliases.aliasId} order by ${memberAliases.aliasId}), null
    from ${memberAliases} where ${memberAliases.memberId} = any(${ids})
    group by 1`,
};

/**
 * Not for partners: by asking for ever less they would find out on which day a member was born or joined the alliance,
 * and which others it belongs to. The rest of the list is other rooms', or not there yet (`member.card_products`).
 */
function definitions({ partnersByCode }: CatalogueSnapshot, actor: Actor): FactDefinition[] {
  if (scopeOf(actor, "tagDefinition").kind !== "all") return [];
  const own = ["member.age", "member.tenure_days", "member.joined_on"];
  return memberFacts.flatMap((fact) => {
    if (fact.name === "member.identities") return [{ ...fact, choices: [...partnersByCode.keys()] }];
    return own.includes(fact.name) ? [fact] : [];
  });
}
