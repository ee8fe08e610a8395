import { sql } from "drizzle-orm";
import fc from "fast-check";
import type { NodeReference } from "../../src/graphql/global-id";
import { IdTexts } from "../../src/graphql/plan/id-texts";
import { instantText } from "../../src/graphql/plan/instants";
import type { Form } from "../../src/graphql/plan/packed-rows";
import { Declined } from "../../src/graphql/plan/run";
import * as unpack from "../../src/graphql/plan/unpack";
import { readerOf, type RowReader } from "../../src/graphql/plan/unpack";

/* What a statement packs into bytes is read as it was; that PostgreSQL packs it so, the planner's tests show. */

const valueOf = (form: Form, nullable = false) =>
  readerOf({ sql: sql`x`, form, nullable, decode: (read: unknown) => read });
const rowOf = (...forms: Form[]): RowReader => readerFor(forms.map((form) => valueOf(form)));
const readerFor = (values: RowReader["values"], more: Partial<RowReader> = {}): RowReader => {
  return { values, sealed: [], mayDecline: false, ...more };
};
const ids = {
  sealAll: (references: readonly NodeReference[]) =>
    references.map(({ type, id, memberId }) => `${type} ${id} ${memberId}`),
};
const readRow = (bytes: string, reader: RowReader) => unpack.readRow(bytes, reader, ids);
const readRows = (bytes: string, reader: RowReader) => unpack.readRows(bytes, reader, ids);
const answer = (...parts: (Buffer | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part))).toString("base64");

function int8(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

describe("an answer in bytes", () => {
  test("that is shorter or longer than what is read is refused", () => {
    const reader = rowOf("amount");
    expect(() => readRow(answer(int8(1n), [0]), reader)).toThrow("an answer of 9 bytes was read as one of 8");
    expect(() => readRow(answer([1, 2, 3]), reader)).toThrow("an answer of 3 bytes was read as one of 8");
    expect(() => readRows(answer([0, 0, 0, 2], int8(1n)), reader)).toThrow("was read as one of");
  });

  test("with a row for the resolvers is declined, wherever the row stands", () => {
    const reader = readerFor([valueOf("truth")], { mayDecline: true });
    expect(readRows(answer([0, 0, 0, 2], [1, 0], [0, 0]), reader)).toEqual([[true], [false]]);
    expect(() => readRows(answer([0, 0, 0, 2], [1, 0], [0, 1]), reader)).toThrow(Declined);
  });

  test("with an instant without end is declined", () => {
    for (const infinity of [2n ** 63n - 1n, -(2n ** 63n)]) {
      expect(() => readRow(answer(int8(infinity)), rowOf("instant"))).toThrow(Declined);
    }
  });

  test("holds every digit of every amount", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (amount) => {
        expect(readRow(answer(int8(amount)), rowOf("amount"))).toEqual([String(amount)]);
      }),
      { examples: [[0n], [-1n], [2n ** 53n + 1n], [-(2n ** 53n) - 1n], [2n ** 63n - 1n], [-(2n ** 63n)]] },
    );
  });

  test("holds bytes as they are, zeros among them, and none", () => {
    const reader = readerFor([valueOf("bytes"), valueOf("bytes", true), valueOf("bytes", true), valueOf("integer")]);
    const row = answer([0, 0, 0, 3], [0, 1, 0], [1], [0, 0, 0, 0], [0], [0, 0, 0, 9]);
    expect(readRow(row, reader)).toEqual([Buffer.from([0, 1, 0]), Buffer.from([]), null, 9]);
  });

  test("throws where bytes say that they are longer than the answer", () => {
    const reader = readerFor([valueOf("bytes")]);
    expect(() => readRow(answer([0, 0, 0, 9], [1]), reader)).toThrow("was read as one of");
  });

  test("tells null from a value that is empty", () => {
    const reader = readerFor([valueOf("text", true), valueOf("text", true)]);
    expect(readRow(answer([0], [1, 0]), reader)).toEqual([null, ""]);
  });

  test("has its ids sealed where they are to stand, above and below", () => {
    const id = (last: number) => Buffer.from(last.toString(16).padStart(32, "0"), "hex");
    const text = (last: number) => `00000000-0000-0000-0000-${String(last).padStart(12, "0")}`;
    const account = readerFor([valueOf("id"), valueOf("id"), () => undefined], {
      sealed: [{ place: 2, type: "Account", id: 1, memberId: 0 }],
    });
    const member = readerFor([() => undefined, valueOf("id"), (packed) => packed.rows(account)], {
      sealed: [{ place: 0, type: "Member", id: 1, memberId: 1 }],
    });
    expect(readRow(answer(id(1), [0, 0, 0, 1], id(1), id(2)), member)).toEqual([
      `Member ${text(1)} ${text(1)}`,
      text(1),
      [[text(1), text(2), `Account ${text(2)} ${text(1)}`]],
    ]);
  });

  test("holds texts of all languages, and rows below rows", () => {
    const below = readerOf({
      ...{ sql: sql`x`, form: "bytes", nullable: false, decode: (read: unknown) => read },
      rows: rowOf("integer"),
    });
    const reader = readerFor([valueOf("text"), below]);
    const row = answer(Buffer.from("积分 ☕\0"), [0, 0, 0, 2], [0, 0, 0, 7], [0xff, 0xff, 0xff, 0xff]);
    expect(readRow(row, reader)).toEqual(["积分 ☕", [[7], [-1]]]);
  });
});

test("ids that take each other's places have each its own text", () => {
  const texts = new IdTexts();
  const id = (last: number) => Buffer.from(last.toString(16).padStart(32, "0"), "hex");
  fc.assert(
    fc.property(fc.array(fc.uuid(), { minLength: 1, maxLength: 50 }), (ids) => {
      for (const each of [...ids, ...ids]) expect(texts.at(Buffer.from(each.replaceAll("-", ""), "hex"), 0)).toBe(each);
    }),
    { examples: [[["00000000-0000-0000-0000-000000000000"]]] },
  );
  // More than there are places.
  for (let last = 0; last < 20_000; last++) expect(texts.at(id(last), 0)).toMatch(new RegExp(`${last.toString(16)}$`));
});

test("an instant is written as JavaScript writes it", () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(instantText(date.getTime())).toBe(date.toISOString());
    }),
    { examples: [[new Date(0)], [new Date(-1)], [new Date("9999-12-31T23:59:59.999Z")], [new Date(253402300800000)]] },
  );
});
