/**
 * The places in which value rests inside the ledger. A posting debits one and credits another; in the books of one unit
 * all buckets together always come to nothing.
 *
 * A member's own buckets have a stored balance: per account, and for points per lot. A party's buckets lie in the shard of
 * the member whose action moved them, and are folded per party by settlement; which partner or merchant is meant stands on
 * the transfer and its entries.
 */
export const memberBuckets = ["AVAILABLE", "HELD", "PENDING", "CASH"] as const;

export const partyBuckets = [
  /** What issuers owe for points that are out: debited when points are earned. */
  "ISSUER_LIABILITY",
  /** What is owed to the merchant at which points or money were spent. */
  "MERCHANT_PAYABLE",
  /** Fees and differences that the operator keeps. */
  "OPERATOR_INCOME",
  /** Points that lapsed unused. */
  "BREAKAGE",
  /** Between the two legs of a conversion. */
  "EXCHANGE_CLEARING",
  /** Between two members. */
  "TRANSFER_CLEARING",
  /** Where money comes from and goes to outside of the alliance. */
  "EXTERNAL_CLEARING",
  /** Corrections that two persons made. */
  "ADJUSTMENT",
] as const;

export type MemberBucket = (typeof memberBuckets)[number];
export type PartyBucket = (typeof partyBuckets)[number];
export type Bucket = MemberBucket | PartyBucket;
export const buckets: readonly Bucket[] = [...memberBuckets, ...partyBuckets];

/** `BASE` points are earned by spending; `BONUS` points come on top. */
export const lotKinds = ["BASE", "BONUS"] as const;
export type LotKind = (typeof lotKinds)[number];
