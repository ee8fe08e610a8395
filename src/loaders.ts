import type { Actor } from "./auth/core/actor";
import type { Database } from "./db/client";
import { memberLoaders } from "./members/members.loaders";
import { merchantLoaders } from "./merchants/merchants.loaders";
import { offerLoaders } from "./offers/offers.loaders";
import { programLoaders } from "./programs/programs.loaders";
import { purchaseLoaders } from "./purchases/purchases.loaders";
import { tagLoaders } from "./tags/tags.loaders";

/**
 * The DataLoaders of one request, room by room. Loaders of member state take the actor, since they load only what it
 * may see; an `await` before `load()` would split their batches.
 */
export function makeLoaders(database: Database, actor: Actor) {
  const ofMembers = memberLoaders(database, actor);
  return {
    ...merchantLoaders(database),
    ...ofMembers,
    ...tagLoaders(database, actor),
    ...programLoaders(database, actor),
    ...offerLoaders(database, actor, ofMembers.aliasesOfMember),
    ...purchaseLoaders(database, actor, ofMembers.aliasesOfMember),
  };
}

export type Loaders = ReturnType<typeof makeLoaders>;
