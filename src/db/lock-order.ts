/**
 * The order in which a transaction locks rows, written once. Two transactions that both keep to it cannot wait for each
 * other in a circle. A transaction may leave out any step but never go back, except to rows that it holds already; an
 * insert, an update and a delete lock like `FOR UPDATE` does. test/db/lock-order.test.ts hears every mutation's locks.
 *
 * Left out are the locks of foreign key checks: they wait only for who deletes the row that is referred to, changes its
 * key or locks it FOR UPDATE. To a catalogue row that happens only in transactions that lock no member's row with it; a
 * member's row comes before all that refers to it.
 */
export const lockOrder: readonly { readonly table: string; readonly because: string }[] = [
  // Catalogue, from the whole to its parts. Locked FOR NO KEY UPDATE where only values change, since FOR UPDATE would
  // make every purchase, whose foreign keys look at these rows, wait.
  { table: "alliance.partners", because: "what merchants and programs belong to" },
  { table: "alliance.merchant_categories", because: "what merchants are sorted by; changed alone" },
  { table: "alliance.merchants", because: "what outlets and offers belong to; a parent before its child" },
  { table: "alliance.outlets", because: "part of a merchant" },
  { table: "alliance.programs", because: "what tiers belong to" },
  { table: "alliance.tiers", because: "part of a program" },
  { table: "alliance.tag_definitions", because: "read by writers of tags before they write" },
  { table: "alliance.versions", because: "the lifecycle decides; the item's own row only copies from it" },
  {
    table: "alliance.offers",
    because: "copies from the leading version; a new offer comes before its version, which nobody can look for yet",
  },

  { table: "alliance.audiences", because: "the same as offers" },
  { table: "alliance.benefits", because: "the same" },
  { table: "alliance.rights_packages", because: "the same; names benefits" },
  { table: "alliance.card_products", because: "the same; names packages" },
  { table: "alliance.audience_lists", because: "what its members refer to; completed when they are written" },

  {
    table: "alliance.history_counters",
    because: "its table is locked while one is declared, so that no purchase is counted twice or not at all",
  },

  // Numbers are given by statements of their own, outside of any transaction; see facts/fact-numbers.ts.
  { table: "alliance.fact_keys", because: "changed alone, by rising number" },

  // Who may come in. Changed alone.
  { table: "alliance.actors", because: "whom a token stands for" },
  { table: "personal.api_keys", because: "a rotated key before the new one" },

  // How far a count is that runs behind. Changed alone.
  { table: "alliance.simulations", because: "one row a statement; the job that forgets old ones takes no running one" },

  // What first-party apps may execute by id. Changed alone.
  { table: "alliance.trusted_documents", because: "one document a transaction" },

  // Who is meant is found out, and claimed, before that member's own rows are touched.
  {
    table: "alliance.identity_lookup",
    because: "a number is claimed first: the claim decides which member it is about",
  },

  { table: "alliance.card_tokens", because: "claimed first: the claim decides whose card it is" },
  { table: "alliance.redemption_codes", because: "written and read by statements of their own; never changed" },
  { table: "alliance.benefit_stocks", because: "taken from by a statement of its own, before the member's rows" },
  { table: "alliance.stock_claims", because: "under the stock's row" },

  // A member's row is that member's lock: whoever changes several of a member's rows takes it first.
  { table: "alliance.members", because: "the lock of everything below; two members by rising id" },
  { table: "alliance.merge_claims", because: "claimed by a statement of its own, given up under the source's lock" },
  { table: "alliance.member_aliases", because: "says which member a merged one is, before anything is taken over" },
  { table: "alliance.identities", because: "confirms a claimed number" },
  { table: "personal.member_profiles", because: "who the member is, changed under the member's lock" },
  { table: "personal.contact_lookup", because: "follows from the profile; several members may share a contact" },
  { table: "alliance.consents", because: "a next version is numbered under the member's lock" },
  {
    table: "alliance.ledger_heads",
    because: "the member's lock in the ledger, whichever program moves; several members by rising id",
  },
  { table: "alliance.lots", because: "under the head's lock, in the order in which they are used" },
  { table: "alliance.holds", because: "under the head's lock" },
  { table: "alliance.earning_caps", because: "under the head's lock" },
  { table: "alliance.earning_remainders", because: "under the head's lock" },
  { table: "alliance.points_in_transit", because: "under the head's lock" },
  { table: "alliance.accounts", because: "value moves after it is clear whose; by rising program id" },
  { table: "alliance.cash_accounts", because: "the same for money" },
  { table: "alliance.transfers", because: "appended under the head's lock; nobody waits for a new transfer" },
  { table: "alliance.ledger_entries", because: "the same" },
  { table: "alliance.source_references", because: "claimed and confirmed by statements of their own" },
  { table: "alliance.adjustment_requests", because: "decided before or after value moved, never with it" },
  { table: "alliance.member_tiers", because: "follows from the account" },
  { table: "alliance.cards", because: "what elections and entitlements follow from" },
  {
    table: "alliance.swaps",
    because: "a quote is found before what it replaces; a new one comes last, which nobody can look for yet",
  },
  { table: "alliance.elections", because: "by rising slot and place" },
  { table: "alliance.entitlements", because: "what was granted before it is used" },
  { table: "alliance.redemptions", because: "a use of an entitlement" },
  { table: "alliance.redemption_costs", because: "what is owed for the use" },
  { table: "alliance.member_tags", because: "facts, by rising code" },
  { table: "alliance.audience_list_members", because: "a fact like a tag" },
  { table: "alliance.encoded_members", because: "made of all the above, under the member's own lock" },
  { table: "alliance.offer_deliveries", because: "an offer is delivered before it is taken up" },
  { table: "alliance.offer_activations", because: "pins the terms before a purchase counts" },
  { table: "alliance.purchases", because: "what completes a delivery" },
  { table: "alliance.purchase_lines", because: "what was bought, with the purchase" },
  { table: "alliance.history_days", because: "counts the purchase; by rising counter and day" },
  { table: "alliance.offer_completions", because: "the purchase's effect" },

  // The audiences follow the members in transactions of their own, a chunk each, so that nobody waits for them.
  { table: "alliance.audience_chunks", because: "the lock of everything in the chunk, and of its free places" },
  { table: "alliance.audience_places", because: "which chunk a member is in" },
  { table: "alliance.audience_members", because: "which position the member has there" },
  { table: "alliance.audience_pieces", because: "follow from the members' encodings" },

  // Written by everyone and at the end, so that they are held for the shortest time.
  { table: "alliance.member_outbox", because: "the event says what has happened above" },
  { table: "alliance.catalogue_outbox", because: "the same for the catalogue" },
  { table: "alliance.audit_heads", because: "one row per chain, so all of a chain's writers queue here: always last" },
  { table: "alliance.audit_entries", because: "appended under the head's lock; nobody waits for a new entry" },
];

/** Several rows of one table are locked in this order of their keys. */
export function inLockOrder<Key extends string>(keys: Iterable<Key>): Key[] {
  return [...new Set(keys)].sort();
}
