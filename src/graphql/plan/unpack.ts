import { IdTexts } from "./id-texts";
import type { Form } from "./packed-rows";
import { Declined, type ReadRow } from "./run";
import type { Source } from "./sources";

/** How a row is read: its values in their order, and whether a last byte says that it is one for the resolvers. */
export interface RowReader {
  readonly values: readonly ReadValue[];
  readonly mayDecline: boolean;
}

type ReadValue = (packed: PackedAnswer) => unknown;

/** Reads a row as packed-rows.ts packs it. Throws Declined for a row that the resolvers must answer. */
export function readRow(answer: string, reader: RowReader): ReadRow {
  const packed = new PackedAnswer(answer);
  return packed.wholly(packed.row(reader));
}

export function readRows(answer: string, reader: RowReader): readonly ReadRow[] {
  const packed = new PackedAnswer(answer);
  return packed.wholly(packed.rows(reader));
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
  bytes: (packed) => Buffer.from(packed.text(), "base64"),
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

  constructor(answer: string) {
    this.#bytes = Buffer.from(answer, "base64");
  }

  /** The value, where it was made of all bytes: else what was packed is not what is read. */
  wholly<Value>(value: Value): Value {
    if (this.#at === this.#bytes.length) return value;
    throw new Error(`an answer of ${this.#bytes.length} bytes was read as one of ${this.#at}`);
  }

  row({ values, mayDecline }: RowReader): ReadRow {
    const row = new Array<unknown>(values.length);
    for (let place = 0; place < values.length; place++) row[place] = (values[place] as ReadValue)(this);
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

  /** Where the answer is too short, what is read past its end is told by `wholly`. */
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

  text(): string {
    const from = this.#at;
    const end = this.#bytes.indexOf(0, from);
    this.#at = end + 1;
    return this.#bytes.toString("utf8", from, end);
  }
}
