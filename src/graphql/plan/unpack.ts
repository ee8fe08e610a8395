import type { NodeReference, NodeType, ViewerIds } from "../global-id";
import { IdTexts } from "./id-texts";
import type { Form } from "./packed-rows";
import { Declined, type ReadRow } from "./run";
import type { Source } from "./sources";

/** How a row is read. */
export interface RowReader {
  /** Its values in their order; of a sealed id, whose place is filled at the end, nothing is read. */
  readonly values: readonly ReadValue[];
  readonly sealed: readonly SealedPlace[];
  /** Whether a last byte says that it is one for the resolvers. */
  readonly mayDecline: boolean;
}

/** Where in a row a global id is to stand, and of what: the places of the ids that it is sealed from. */
export interface SealedPlace {
  readonly place: number;
  readonly type: NodeType;
  readonly id: number;
  readonly memberId: number;
}

type ReadValue = (packed: PackedAnswer) => unknown;

/** Seals the ids of a viewer. */
export type Sealer = Pick<ViewerIds, "sealAll">;

/** Reads a row as packed-rows.ts packs it. Throws Declined for a row that the resolvers must answer. */
export function readRow(answer: string, reader: RowReader, ids: Sealer): ReadRow {
  const packed = new PackedAnswer(answer);
  const row = packed.row(reader);
  packed.finish(ids);
  return row;
}

export function readRows(answer: string, reader: RowReader, ids: Sealer): readonly ReadRow[] {
  const packed = new PackedAnswer(answer);
  const rows = packed.rows(reader);
  packed.finish(ids);
  return rows;
}

export function readerOf({ form, nullable, rows }: Source<unknown>): ReadValue {
  if (rows) return (packed) => packed.rows(rows);
  const read = readers[form];
  return nullable ? (packed) => (packed.truth() ? read(packed) : null) : read;
}

const readers: Readonly<Record<Form, ReadValue>> = {
  id: (packed) => packed.id(),
  amount: (packed) => packed.amount(),
  integer: (packed) => packed.integer(),
  truth: (packed) => packed.truth(),
  instant: (packed) => packed.instant(),
  text: (packed) => packed.text(),
  json: (packed) => packed.text(),
  bytes: (packed) => packed.bytes(),
};

const twoTo32 = 2 ** 32;
/** From here on a number does not hold every whole one. */
const twoTo21 = 2 ** 21;
/** PostgreSQL counts from the year 2000, and ends with an infinity on both sides. */
const epochMillis = 946_684_800_000;
const farFuture = 0x7fff_ffff;
const farPast = -0x8000_0000;
/** Most amounts are small; a text that is there costs less than one that is made. */
const smallAmounts = Array.from({ length: 1_000 }, (_, amount) => String(amount));

/** The same for all answers, since most ids in them are of the catalogue. */
const idTexts = new IdTexts();

class PackedAnswer {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #unsealed: { readonly row: unknown[]; readonly sealed: SealedPlace }[] = [];

  constructor(answer: string) {
    this.#bytes = Buffer.from(answer, "base64");
  }

  /** Seals the ids, all together. Throws where not all bytes were read: then what was packed is not what was read. */
  finish(ids: Sealer): void {
    if (this.#at !== this.#bytes.length) {
      throw new Error(`an answer of ${this.#bytes.length} bytes was read as one of ${this.#at}`);
    }
    if (this.#unsealed.length === 0) return;
    const texts = ids.sealAll(
      this.#unsealed.map(({ row, sealed: { type, id, memberId } }) => {
        return { type, id: row[id], memberId: row[memberId] } as NodeReference;
      }),
    );
    this.#unsealed.forEach(({ row, sealed }, place) => (row[sealed.place] = texts[place]));
  }

  row({ values, sealed, mayDecline }: RowReader): ReadRow {
    const row = new Array<unknown>(values.length);
    for (let place = 0; place < values.length; place++) row[place] = (values[place] as ReadValue)(this);
    for (const each of sealed) this.#unsealed.push({ row, sealed: each });
    if (mayDecline && this.truth()) throw new Declined("a row is one for the resolvers");
    return row;
  }

  rows(reader: RowReader): readonly ReadRow[] {
    const rows = new Array<ReadRow>(this.integer());
    for (let place = 0; place < rows.length; place++) rows[place] = this.row(reader);
    return rows;
  }

  id(): string {
    this.#at += 16;
    return idTexts.at(this.#bytes, this.#at - 16);
  }

  /** The digits: a number would lose some of them beyond 2^53. */
  amount(): string {
    const high = this.integer();
    const low = this.integer() >>> 0;
    if (high === 0 && low < smallAmounts.length) return smallAmounts[low] as string;
    if (high >= -twoTo21 && high < twoTo21) return String(high * twoTo32 + low);
    return String((BigInt(high) << 32n) | BigInt(low));
  }

  /** Where the answer is too short, what is read past its end is told by `finish`. */
  integer(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    this.#at = at + 4;
    return (
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    );
  }

  truth(): boolean {
    return this.#bytes[this.#at++] === 1;
  }

  /** Milliseconds since 1970. */
  instant(): number {
    const high = this.integer();
    const low = this.integer() >>> 0;
    if (high === farFuture || high === farPast) throw new Declined("an instant is infinite");
    return epochMillis + Math.floor((high * twoTo32 + low) / 1000);
  }

  /** A part of the answer's own bytes, not a copy. */
  bytes(): Buffer {
    const length = this.integer();
    const from = this.#at;
    this.#at = from + length;
    return this.#bytes.subarray(from, this.#at);
  }

  text(): string {
    const from = this.#at;
    const end = this.#bytes.indexOf(0, from);
    this.#at = end + 1;
    return this.#bytes.toString("utf8", from, end);
  }
}
