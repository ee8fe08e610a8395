import { hash } from "node:crypto";

/** The columns of a transfer as they are hashed; the row of the table has them all. */
export interface ChainedTransfer {
  readonly memberId: string;
  readonly sequence: bigint;
  readonly command: string;
  readonly programId: string | null;
  readonly idempotencyKey: string;
  readonly inputHash: Buffer;
  readonly refersTo: bigint | null;
  readonly counterpartyId: string | null;
  readonly merchantId: string | null;
  readonly outletId: string | null;
  readonly shift: string | null;
  readonly channel: string | null;
  readonly causeKind: string;
  readonly causeId: string;
  readonly sourceReference: string | null;
  readonly priceVersion: string | null;
  readonly actor: string;
  readonly approver: string | null;
  readonly reason: string | null;
  readonly amount: bigint;
  readonly product: bigint | null;
  readonly remainder: bigint | null;
  readonly remainderOf: bigint | null;
  readonly shortfall: bigint;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly eventId: string;
  readonly hash: Buffer;
}

export interface ChainedEntry {
  readonly entryNo: number;
  readonly programId: string | null;
  readonly currency: string | null;
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
  readonly lotNo: number | null;
  readonly line: string | null;
  readonly issuerPartnerId: string | null;
  readonly funderPartnerId: string | null;
  readonly reversesEntryNo: number | null;
  readonly availableAfter: bigint;
}

/** A lot as it was issued. */
export interface ChainedLot {
  readonly lotNo: number;
  readonly programId: string;
  readonly kind: string;
  readonly issued: bigint;
  readonly expiresAt: Date | null;
  readonly pendingUntil: Date | null;
  readonly terms: string | null;
  readonly caps: readonly string[];
}

/** A hold as it was made. */
export interface ChainedHold {
  readonly programId: string;
  readonly amount: bigint;
  readonly expiresAt: Date;
}

/** Everything that one transfer says; entries and lots by their numbers. */
export interface ChainedBody {
  readonly transfer: ChainedTransfer;
  readonly entries: readonly ChainedEntry[];
  /** Those that the transfer issued. */
  readonly lots: readonly ChainedLot[];
  readonly hold: ChainedHold | null;
}

/** What a member's first transfer follows. */
export const chainStart = Buffer.alloc(32);

type Value = string | bigint | number | Buffer | Date | null;

/**
 * The text of all that a transfer says: one JSON list of texts and nulls a line, as `JSON.stringify` writes it, lines
 * parted by a line feed. Numbers are digits, instants milliseconds since 1970, bytes lower-case hex. The kernel writes the
 * same (`ledger_body_text`), and docs/ledger-proof.md tells it to everybody else; it never changes.
 */
export function bodyText({ transfer: t, entries, lots, hold }: ChainedBody): string {
  return [
    row("T", [
      ...[
        t.command,
        t.programId,
        t.idempotencyKey,
        t.inputHash,
        t.refersTo,
        t.counterpartyId,
        t.merchantId,
        t.outletId,
      ],
      ...[t.shift, t.channel, t.causeKind, t.causeId, t.sourceReference, t.priceVersion, t.actor, t.approver, t.reason],
      ...[t.amount, t.product, t.remainder, t.remainderOf, t.shortfall, t.occurredAt, t.recordedAt, t.eventId],
    ]),
    ...entries.map((e) =>
      row("E", [
        ...[e.entryNo, e.programId, e.currency, e.debit, e.credit, e.amount, e.lotNo, e.line],
        ...[e.issuerPartnerId, e.funderPartnerId, e.reversesEntryNo, e.availableAfter],
      ]),
    ),
    ...lots.map((l) =>
      row("L", [l.lotNo, l.programId, l.kind, l.issued, l.expiresAt, l.pendingUntil, l.terms, l.caps.join(",")]),
    ),
    ...(hold ? [row("H", [hold.programId, hold.amount, hold.expiresAt])] : []),
  ].join("\n");
}

/** SHA-256 of the body, and of that together with the place in the chain: a later one proves all earlier ones. */
export function transferHash(memberId: string, sequence: bigint, previous: Buffer, bodyDigest: Buffer): Buffer {
  const place = ["alliance-ledger-1", memberId, String(sequence), previous.toString("hex"), bodyDigest.toString("hex")];
  return sha256(JSON.stringify(place));
}

export function digestOf(body: string): Buffer {
  return sha256(body);
}

function row(kind: string, values: readonly Value[]): string {
  return JSON.stringify([kind, ...values.map(text)]);
}

function text(value: Value): string | null {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "object") return value instanceof Date ? `${value.getTime()}` : value.toString("hex");
  return `${value}`;
}

function sha256(content: string): Buffer {
  return hash("sha256", content, "buffer");
}
