import fc from "fast-check";
import { emptyBitset, removeAll } from "../../src/audiences/core/bitset";
import { applyColumnChanges, columnOf, type NumberRange } from "../../src/audiences/core/column";
import {
  applyChanges,
  containerOf,
  includes,
  isBitset,
  mostListed,
  positionsOf,
  sizeOf,
} from "../../src/audiences/core/container";
import { applyDayChanges } from "../../src/audiences/core/day-column";
import {
  chunkSize,
  columnPiece,
  dayPiece,
  keyPiece,
  type Piece,
  type PieceContent,
} from "../../src/audiences/core/piece";
import {
  decodeColumn,
  decodeContainer,
  decodeDayColumn,
  decodePiece,
  encodeColumn,
  encodeContainer,
  encodePiece,
  PieceError,
} from "../../src/audiences/core/piece-encoding";

/** One text of many numbers: comparing thousands of them one by one takes seconds. */
const listed = (numbers: Iterable<number>) => [...numbers].join();
const ascending = (positions: Iterable<number>) => [...new Set(positions)].sort((one, other) => one - other);
const anyPosition = fc.nat(chunkSize - 1);
const fewPositions = fc.array(anyPosition, { maxLength: 60 }).map(ascending);
/** About one in so many, from a place on: on both sides of where lists become bitsets. */
const manyPositions = fc
  .record({
    step: fc.constantFrom(1, 7, 15, 16, 17, 40),
    from: fc.nat(100),
    length: fc.constantFrom(4_095, 4_096, 4_097),
  })
  .map(({ step, from, length }) => {
    const all = Array.from({ length }, (_, place) => from + place * step);
    return all.filter((position) => position < chunkSize);
  });
const anyPositions = fc.oneof(fewPositions, manyPositions);
const anyValue = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(-0, 0.1, -2.5, 1e15, -1e15, 2 ** 31, -(2 ** 31)),
);
/** Few values among many members, and many. */
const spread = fc.constantFrom(3, 1_000, 1_000_000);

describe("a container", () => {
  it("holds the positions that it was made of, as a list up to 4,096 and as bits beyond", () => {
    fc.assert(
      fc.property(anyPositions, anyPosition, (positions, asked) => {
        const container = containerOf(positions);
        expect(isBitset(container)).toBe(positions.length > mostListed);
        expect(listed(positionsOf(container))).toBe(listed(positions));
        expect(sizeOf(container)).toBe(positions.length);
        expect(includes(container, asked)).toBe(positions.includes(asked));
        for (const position of positions.slice(0, 3)) expect(includes(container, position)).toBe(true);
      }),
    );
  });

  it("after changes is what it would be had it been made so", () => {
    fc.assert(
      fc.property(anyPositions, anyPositions, anyPositions, (before, added, removed) => {
        const gone = new Set(removed);
        const kept = ascending([...before.filter((position) => !gone.has(position)), ...added]);
        const container = containerOf(before);
        expect(
          encodeContainer(applyChanges(container, added, removed)).equals(encodeContainer(containerOf(kept))),
        ).toBe(true);
        expect(listed(positionsOf(container))).toBe(listed(before));
      }),
    );
  });
});

describe("a column", () => {
  const ends = (numbers: fc.Arbitrary<number>): fc.Arbitrary<NumberRange> =>
    fc.record({
      low: fc.oneof(numbers, fc.constant(-Infinity)),
      isLowIncluded: fc.boolean(),
      high: fc.oneof(numbers, fc.constant(Infinity)),
      isHighIncluded: fc.boolean(),
    });
  const isWithin = (value: number, range: NumberRange) =>
    (value > range.low || (range.isLowIncluded && value === range.low)) &&
    (value < range.high || (range.isHighIncluded && value === range.high));

  it("finds the members of a range, also of wide ones in long columns", () => {
    const anyColumn = fc.record({
      count: fc.constantFrom(0, 1, 2_048, 2_049, 20_000),
      kinds: spread,
      seed: fc.nat(99),
    });
    fc.assert(
      fc.property(
        anyColumn,
        fc.array(ends(fc.double({ min: -0.2, max: 1.2, noNaN: true })), { minLength: 5 }),
        (shape, ranges) => {
          const { count, kinds, seed } = shape;
          const positions = Array.from({ length: count }, (_, place) => place * 3);
          const values = positions
            .map((position) => Math.imul(position + seed, 2_654_435_761) >>> 0)
            .map((n) => n % kinds);
          const column = columnOf(positions, values);
          for (const { low, high, ...rest } of ranges) {
            // Whole numbers, which values are equal to.
            const range = { low: Math.round(low * kinds), high: Math.round(high * kinds), ...rest };
            const expected = positions.filter((_, place) => isWithin(values[place]!, range));
            const { from, to } = column.stretchOf(range);
            expect(listed(ascending(column.positions.subarray(from, to)))).toBe(listed(expected));
            const [below, within] = [emptyBitset().fill(-1), emptyBitset().fill(-1)];
            column.fillFirst(from, below);
            column.fillFirst(to, within);
            removeAll(within, below);
            expect(listed(positionsOf(within))).toBe(listed(expected));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("after changes is what it would be had it been made so", () => {
    const anyMembers = fc.dictionary(anyPosition.map(String), anyValue, { maxKeys: 30 });
    const anyChanges = fc.dictionary(anyPosition.map(String), fc.option(anyValue, { nil: undefined }), { maxKeys: 30 });
    const column = (members: ReadonlyMap<number, number>) => {
      const positions = ascending(members.keys());
      return columnOf(
        positions,
        positions.map((position) => members.get(position)!),
      );
    };
    const numbered = <T>(members: Record<string, T>) =>
      new Map(Object.entries(members).map(([position, value]) => [Number(position), value]));
    fc.assert(
      fc.property(anyMembers, anyChanges, fc.array(fc.nat(29)), (members, others, again) => {
        const before = numbered(members);
        const changes = numbered(others);
        const positions = [...before.keys()];
        for (const place of again)
          if (positions[place] !== undefined) changes.set(positions[place], place % 3 || undefined);
        const after = new Map(before);
        for (const [position, value] of changes) {
          if (value === undefined) after.delete(position);
          else after.set(position, value);
        }
        expect(encodeColumn(applyColumnChanges(column(before), changes))).toEqual(encodeColumn(column(after)));
      }),
    );
  });

  it.each([NaN, Infinity])("refuses the value %s", (value) => {
    expect(() => columnOf([1], [value])).toThrow("a column's value is");
    expect(() => applyColumnChanges(undefined, new Map([[1, value]]))).toThrow("a column's value is");
  });
});

describe("a day column", () => {
  it("holds the last amounts set, and nobody whose amount is 0", () => {
    const anyChanges = fc.array(fc.tuple(fc.nat(40), fc.constantFrom(0, 1, 2, 4_000_000_000)));
    fc.assert(
      fc.property(anyChanges, anyChanges, (first, second) => {
        const changed = applyDayChanges(applyDayChanges(undefined, new Map(first)), new Map(second));
        const expected = [...new Map([...first, ...second])].filter(([, amount]) => amount !== 0);
        expect([...changed.positions].map((position, place) => [position, changed.amounts[place]])).toEqual(
          expected.sort(([one], [other]) => one - other),
        );
      }),
    );
  });

  it.each([0.5, 2 ** 53, NaN])("refuses the amount %s", (amount) => {
    expect(() => applyDayChanges(undefined, new Map([[1, amount]]))).toThrow("the amount of a day is");
  });
});

describe("the stored form of a piece", () => {
  const anyContent: fc.Arbitrary<[Piece, PieceContent]> = fc.oneof(
    anyPositions.map((positions): [Piece, PieceContent] => [keyPiece(1), containerOf(positions)]),
    fc.tuple(anyPositions, fc.array(anyValue, { minLength: 1 })).map(([positions, values]): [Piece, PieceContent] => {
      const given = positions.map((_, place) => values[place % values.length]!);
      return [columnPiece(1), columnOf(positions, given)];
    }),
    fc
      .array(fc.tuple(anyPosition, fc.constantFrom(1, 5, 2 ** 31, 2 ** 53 - 1)))
      .map((amounts): [Piece, PieceContent] => [dayPiece(1, 2), applyDayChanges(undefined, new Map(amounts))]),
  );

  it("is read as what was written, however the bytes are aligned; nothing is stored of nobody", () => {
    fc.assert(
      fc.property(anyContent, fc.nat(3), ([piece, content], offset) => {
        const bytes = encodePiece(content);
        const isEmpty =
          ("size" in content ? content.size : "amounts" in content ? content.amounts.length : content.length) === 0;
        expect(bytes === undefined).toBe(isEmpty);
        if (!bytes) return;
        const moved = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset);
        const read = decodePiece(piece, moved);
        expect(read.constructor).toBe(content.constructor);
        expect(encodePiece(read)?.equals(bytes)).toBe(true);
      }),
    );
  });

  it("is refused with a PieceError where bytes were changed or cut off, or else is a sound piece", () => {
    const damage = fc.record({ at: fc.nat(), to: fc.nat(255), length: fc.nat() });
    fc.assert(
      fc.property(anyContent, fc.array(damage, { minLength: 1, maxLength: 3 }), ([piece, content], damages) => {
        let bytes = encodePiece(content) ?? Buffer.alloc(0);
        for (const { at, to, length } of damages) {
          if (length % 4 === 0) bytes = bytes.subarray(0, length % (bytes.length + 1));
          // The first bytes say what the others mean.
          else if (bytes.length > 0) bytes[at % (length % 2 === 0 ? Math.min(8, bytes.length) : bytes.length)] = to;
        }
        let read: PieceContent;
        try {
          read = decodePiece(piece, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PieceError);
          return;
        }
        expect(encodePiece(read)?.length ?? 2).toBeLessThanOrEqual(Math.max(bytes.length, 2));
      }),
      { numRuns: 500 },
    );
  });

  const container = encodeContainer(Uint16Array.of(1, 5));
  const bits = encodeContainer(containerOf(Array.from({ length: 5_000 }, (_, position) => position)));
  const column = encodeColumn(columnOf([1, 5, 9], [2, 1, 2]));
  const changed = (bytes: Buffer, at: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = value;
    return copy;
  };
  it.each<[string, () => unknown, string]>([
    ["without bytes", () => decodeContainer(Buffer.alloc(0)), "container is broken: it has 0 bytes"],
    ["of another version", () => decodeContainer(changed(container, 0, 9)), "has version 9, expected 1"],
    ["of another form", () => decodeContainer(column), "has form 3, expected 1 or 2"],
    ["with half a position", () => decodeContainer(container.subarray(0, 5)), "has 3 bytes of positions"],
    [
      "with positions out of order",
      () => decodeContainer(changed(container, 2, 7)),
      "positions that do not ascend at 1",
    ],
    ["with too few words", () => decodeContainer(bits.subarray(0, 100)), "has 98 bytes of bits"],
    ["with bits for a few members", () => decodeContainer(bits.fill(0, 100)), "members as bits"],
    ["with a huge count", () => decodeColumn(changed(column, 5, 127)), "bytes for 2130706434 numbers"],
    ["with values out of order", () => decodeColumn(changed(column, 6, 8)), "values that do not ascend at 1"],
    ["with a member twice", () => decodeColumn(changed(column, 18, 1)), "has a member twice"],
    ["with too few members", () => decodeColumn(column.subarray(0, -2)), "has 4 bytes for 3 members"],
    [
      "with an amount of 0",
      () => decodeDayColumn(Buffer.from([1, 5, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0])),
      "has the amount 0",
    ],
  ])("is refused %s", (_what, read, message) => {
    expect(read).toThrow(PieceError);
    expect(read).toThrow(message);
  });
});
