import { audienceLoaders } from "./audiences/audiences.loaders";
import type { Actor } from "./auth/core/actor";
import { cardLoaders } from "./cards/cards.loaders";
import type { Services } from "./context";
import { entitlementLoaders } from "./entitlements/entitlements.loaders";
import { matchingLoaders } from "./matching/matching.loaders";
import { memberLoaders } from "./members/members.loaders";
import { merchantLoaders } from "./merchants/merchants.loaders";
import { offerLoaders } from "./offers/offers.loaders";
import { programLoaders } from "./programs/programs.loaders";
import { purchaseLoaders } from "./purchases/purchases.loaders";
import { tagLoaders } from "./tags/tags.loaders";
import { timelineLoaders } from "./wallet/timeline.loaders";
import { transferLoaders } from "./wallet/transfers.loaders";

/**
 * The loaders of one request, room by room. What is of the catalogue comes from memory, the rest by DataLoaders. Where
 * an actor may see only some, its loader loads no more; an `await` before `load()` would split their batches.
 */
export function makeLoaders(
  {
    database,
    catalogue,
    facts,
    timeZone,
    clock,
  }: Pick<Services, "database" | "catalogue" | "facts" | "timeZone" | "clock">,
  actor: Actor,
) {
  const ofMembers = memberLoaders(database, actor);
  return {
    ...merchantLoaders(database, catalogue),
    ...ofMembers,
    ...tagLoaders(database, catalogue, actor),
    ...programLoaders(database, catalogue, actor),
    ...offerLoaders(database, catalogue, actor, ofMembers.aliasesOfMember),
    ...audienceLoaders(catalogue, actor),
    ...cardLoaders(database, actor, ofMembers.aliasesOfMember),
    ...purchaseLoaders(database, catalogue, actor, ofMembers.aliasesOfMember),
    ...transferLoaders(database, actor, ofMembers.aliasesOfMember, clock()),
    ...entitlementLoaders(database, ofMembers.aliasesOfMember, clock()),
    ...timelineLoaders(database, actor, ofMembers.aliasesOfMember, clock()),
    ...matchingLoaders({ database, facts, timeZone }, ofMembers.aliasesOfMember),
  };
}

export type Loaders = ReturnType<typeof makeLoaders>;
