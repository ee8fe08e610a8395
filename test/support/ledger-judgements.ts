import type { LedgerInvariant } from "../../src/ledger/core/invariants";

export type Judgement = LedgerInvariant | readonly [LedgerInvariant, string];

const all = (invariant: LedgerInvariant, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, invariant])) as Record<string, LedgerInvariant>;

/**
 * What finds another value in each column, and the value where a made-up one would be too plain to see. A column that is
 * not judged here fails the test: whoever adds one says what proves it.
 */
export const judged: Record<string, Record<string, Judgement>> = {
  accounts: all("ACCOUNTS", "member_id", "program_id", "available", "held", "pending", "opened_at", "last_moved_at"),
  cash_accounts: { ...all("CASH", "member_id", "available_minor", "opened_at"), currency: ["CASH", "'USD'"] },
  earning_caps: { ...all("CAPS", "member_id", "cap", "cap_limit"), used: ["CAPS", "used + 1"] },
  earning_remainders: {
    ...all("REMAINDERS", "member_id", "program_id", "denominator"),
    remainder: ["REMAINDERS", "(remainder + 1) % denominator"],
  },
  holds: {
    ...all("HOLDS", "member_id", "sequence"),
    ...all("CHAIN", "program_id", "amount", "expires_at"),
    outstanding: ["HOLDS", "case outstanding when 0 then amount else 0 end"],
  },
  ledger_entries: {
    ...all(
      "CHAIN",
      "member_id",
      "sequence",
      "entry_no",
      "program_id",
      "currency",
      "debit",
      "credit",
      "amount",
      "lot_no",
    ),
    ...all("CHAIN", "line", "issuer_partner_id", "funder_partner_id", "reverses_entry_no", "available_after"),
  },
  ledger_heads: { ...all("CHAIN", "sequence", "hash"), member_id: "OWNERS", lot_count: "LOTS" },
  lots: {
    ...all("CHAIN", "member_id", "lot_no", "program_id", "sequence", "kind", "issued", "expires_at", "pending_until"),
    ...all("CHAIN", "terms", "caps"),
    ...all("LOTS", "pending", "available", "held", "is_open"),
  },
  points_in_transit: {
    ...all("TRANSITS", "member_id", "sequence", "receiver_id", "sent_at"),
    state: ["TRANSITS", "case state when 'ARRIVED' then 'RETURNED' else 'ARRIVED' end"],
  },
  source_references: all(
    "REFERENCES",
    ...["source_reference", "member_id", "idempotency_key", "claimed_at", "confirmed_at"],
  ),
  transfers: {
    ...all("CHAIN", "member_id", "sequence", "command", "program_id", "idempotency_key", "input_hash", "refers_to"),
    ...all("CHAIN", "counterparty_id", "merchant_id", "outlet_id", "shift", "channel", "cause_kind", "cause_id"),
    ...all("CHAIN", "source_reference", "price_version", "actor", "approver", "reason", "amount", "product"),
    ...all("CHAIN", "remainder", "remainder_of", "shortfall", "occurred_at", "recorded_at", "hash"),
    event_id: "EVENTS",
  },
};

/** What finds a row that is gone. */
export const ofRow: Record<string, LedgerInvariant> = {
  ...{ accounts: "ACCOUNTS", cash_accounts: "CASH", earning_caps: "CAPS", earning_remainders: "REMAINDERS" },
  ...{ holds: "HOLDS", ledger_entries: "CHAIN", ledger_heads: "OWNERS", lots: "CHAIN", points_in_transit: "TRANSITS" },
  ...{ source_references: "REFERENCES", transfers: "CHAIN" },
};

/** What makes a copy of a row another row, and what finds it. */
export const madeUp: Record<string, readonly [key: string, LedgerInvariant]> = {
  accounts: ["program_id = gen_random_uuid()", "ACCOUNTS"],
  cash_accounts: ["currency = 'USD'", "CASH"],
  earning_caps: ["cap = 'made up'", "CAPS"],
  earning_remainders: ["program_id = gen_random_uuid()", "REMAINDERS"],
  holds: ["sequence = 1", "HOLDS"],
  ledger_entries: ["entry_no = 77", "CHAIN"],
  ledger_heads: ["member_id = gen_random_uuid()", "OWNERS"],
  lots: ["lot_no = 77", "LOTS"],
  points_in_transit: ["sequence = 1", "TRANSITS"],
  source_references: ["source_reference = 'made up'", "REFERENCES"],
  transfers: ["sequence = 77, idempotency_key = 'made up'", "CHAIN"],
};
