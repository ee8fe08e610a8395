/**
 * Where the rows of a table lie on a cluster.
 * - `reference`: whole on every node. Catalogue: small, joined from everywhere.
 * - `local`: on the coordinator alone.
 * - `by` a column: spread by its hash; `beside` another table, equal values of both lie on one node.
 */
export type Placement = "reference" | "local" | { readonly by: string; readonly beside?: string };

const member: Placement = { by: "member_id", beside: "alliance.members" };

/**
 * Every table of the product; a table that is missing here fails a test (test/db/distribution.test.ts). Member state lies
 * with its member, so that a statement about one member is one node's business. What finds a member lies by the value
 * looked up. The order counts: a table comes after the one it lies beside.
 */
export const distribution: Readonly<Record<string, Placement>> = {
  "alliance.partners": "reference",
  "alliance.merchant_categories": "reference",
  "alliance.merchants": "reference",
  "alliance.outlets": "reference",
  "alliance.programs": "reference",
  "alliance.tiers": "reference",
  "alliance.tag_definitions": "reference",
  "alliance.versions": "reference",
  "alliance.offers": "reference",
  "alliance.benefits": "reference",
  "alliance.rights_packages": "reference",
  "alliance.card_products": "reference",
  "alliance.trusted_documents": "reference",
  "alliance.fact_keys": "reference",
  "alliance.history_counters": "reference",
  "alliance.audiences": "reference",
  "alliance.audience_lists": "reference",

  "alliance.members": { by: "member_id" },
  "alliance.member_aliases": member,
  "alliance.merge_claims": member,
  "alliance.identities": member,
  "alliance.consents": member,
  "personal.member_profiles": member,
  "alliance.accounts": member,
  "alliance.ledger_heads": member,
  "alliance.transfers": member,
  "alliance.ledger_entries": member,
  "alliance.lots": member,
  "alliance.holds": member,
  "alliance.cash_accounts": member,
  "alliance.earning_caps": member,
  "alliance.earning_remainders": member,
  "alliance.points_in_transit": member,
  "alliance.adjustment_requests": member,
  "alliance.member_tiers": member,
  "alliance.member_tags": member,
  "alliance.encoded_members": member,
  "alliance.purchases": member,
  "alliance.purchase_lines": member,
  "alliance.history_days": member,
  "alliance.offer_deliveries": member,
  "alliance.offer_activations": member,
  "alliance.offer_completions": member,
  "alliance.cards": member,
  "alliance.elections": member,
  "alliance.swaps": member,
  "alliance.entitlements": member,
  "alliance.redemptions": member,
  "alliance.redemption_costs": member,
  "alliance.audience_list_members": member,
  "alliance.audience_places": member,
  "alliance.member_outbox": member,

  // A chunk is complete in itself: it is refreshed and counted on one node, and counts add up.
  "alliance.audience_chunks": { by: "chunk" },
  "alliance.audience_members": { by: "chunk", beside: "alliance.audience_chunks" },
  "alliance.audience_pieces": { by: "chunk", beside: "alliance.audience_chunks" },

  // By the number and not by the partner: one bank's members would all lie on one node.
  "alliance.identity_lookup": { by: "number" },
  "personal.contact_lookup": { by: "digest" },
  "alliance.source_references": { by: "source_reference" },
  "alliance.card_tokens": { by: "token" },
  "alliance.redemption_codes": { by: "digest" },
  // One benefit's stock is one row that all its claims queue for, with who took what beside it.
  "alliance.benefit_stocks": { by: "benefit_id" },
  "alliance.stock_claims": { by: "benefit_id", beside: "alliance.benefit_stocks" },
  "alliance.actors": { by: "subject" },
  "personal.api_keys": { by: "prefix" },
  "alliance.audit_entries": { by: "stream" },
  "alliance.audit_heads": { by: "stream", beside: "alliance.audit_entries" },

  // Written together with catalogue rows by staff and taken by the relay on the coordinator; never large.
  "alliance.catalogue_outbox": "local",
  // The relay gives each event one place in one order, which needs one node; old ones are archived, not spread.
  "alliance.events": "local",
  // A row for each simulation of the last half hour, changed every second while it runs.
  "alliance.simulations": "local",
  // What the migration runner keeps for itself.
  "alliance_migrations.applied": "local",
};
