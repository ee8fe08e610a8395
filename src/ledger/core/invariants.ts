/** What `ledger verify` proves, in the order in which it is told. */
export const ledgerInvariants = {
  CHAIN: "Transfers are numbered without a gap, each continues the hash of the one before, and the head is the last.",
  BALANCED: "Every entry moves a positive amount of one unit from one known bucket to another, and has its transfer.",
  ACCOUNTS: "Every stored balance of points is the sum of its entries, with the instants they set.",
  RUNNING: "The balance after each transfer is what its entries and all before them come to.",
  LOTS: "Every lot holds what its entries leave in it; issued = spent + taken back + lapsed + what is left.",
  HOLDS: "Every hold has outstanding what was neither captured nor given back.",
  CASH: "Every stored balance of money is the sum of its entries.",
  REVERSALS: "No entry and no product is reversed by more than it was.",
  CAPS: "Every counter is what its lots were issued with, less what was taken back, and within its limit.",
  REMAINDERS: "Every carried remainder is what the last transfer left, and less than a point.",
  SECOND_PERSON: "Every adjustment was approved by somebody else than who asked for it.",
  TRANSITS: "Points on their way between members are in one place: sent, arrived or returned.",
  REFERENCES: "Every outside reference belongs to the one transfer that claims it.",
  EVENTS: "Every transfer has its event.",
  OWNERS: "Every row has its member, its program and its head.",
  LIABILITY: "What issuers owe for points is what members hold and what others got of them.",
  CHECKPOINTS: "Every chain is where each signed checkpoint saw it, and no member of it has vanished.",
} as const;
export type LedgerInvariant = keyof typeof ledgerInvariants;
export const invariantNames = Object.keys(ledgerInvariants) as LedgerInvariant[];

/** Something that is not as the books prove it must be. */
export interface Offence {
  readonly invariant: LedgerInvariant;
  readonly memberId: string | null;
  /** The transfer concerned, where it is one. */
  readonly sequence: bigint | null;
  /** What stands there and what was expected. */
  readonly detail: string;
}

/** How many things each invariant was held against. */
export type Counts = Record<LedgerInvariant, number>;

export function noCounts(): Counts {
  return Object.fromEntries(invariantNames.map((name) => [name, 0])) as Counts;
}
