import fc from "fast-check";
import {
  decodeFacts,
  encodeFacts,
  EncodingError,
  encodingVersion,
  type EncodedFacts,
} from "../../src/facts/core/encoding";

/** Numbers near each other, as most are, and far apart up to the largest. */
const number = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 0x7fffffff }));
const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());

const facts: fc.Arbitrary<EncodedFacts> = fc
  .record({
    keys: fc.uniqueArray(number, { maxLength: 400 }),
    slots: fc.uniqueArray(fc.tuple(number, value), { maxLength: 100, selector: ([slot]) => slot }),
  })
  .map(({ keys, slots }) => {
    const ascending = [...slots].sort(([a], [b]) => a - b);
    return factsOf(
      keys.sort((a, b) => a - b),
      ascending.map(([slot]) => slot),
      ascending.map(([, each]) => each),
    );
  });

function factsOf(keys: number[], slots: number[] = [], values: number[] = []): EncodedFacts {
  return { keys: Int32Array.from(keys), slots: Int32Array.from(slots), values: Float64Array.from(values) };
}

/** Everything a broken buffer may lead to: facts that could have been encoded, or a refusal. */
function decodedOrRefused(bytes: Uint8Array): EncodedFacts | EncodingError {
  try {
    return decodeFacts(bytes);
  } catch (error) {
    if (error instanceof EncodingError) return error;
    throw error;
  }
}

const ascends = (numbers: Int32Array) =>
  numbers.every((each, place) => each > 0 && (place === 0 || each > (numbers[place - 1] ?? 0)));

describe("the encoding of what is known of a member", () => {
  it("is read as what was written", () => {
    fc.assert(fc.property(facts, (each) => expect(decodeFacts(encodeFacts(each))).toEqual(each)));
  });

  it("is the same bytes for the same facts, and others for others", () => {
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        const same = encodeFacts(one).equals(encodeFacts(other));
        expect(same).toBe(JSON.stringify(comparable(one)) === JSON.stringify(comparable(other)));
      }),
    );
  });

  it("is read from any place of a larger buffer, into arrays of its own", () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: 0, max: 9 }), (each, offset) => {
        const bytes = encodeFacts(each);
        const page = Buffer.concat([Buffer.alloc(offset, 0xff), bytes, Buffer.alloc(3, 0xff)]);
        const decoded = decodeFacts(page.subarray(offset, offset + bytes.length));
        page.fill(0);
        expect(decoded).toEqual(each);
      }),
    );
  });

  it("has its bytes in an order that does not depend on the machine", () => {
    const bytes = encodeFacts(factsOf([1, 3, 131], [131], [1]));
    expect(bytes.toString("hex")).toBe("01" + "03" + "01" + "02" + "8001" + "01" + "8301" + "000000000000f03f");
  });

  it("takes three bytes where nothing is known", () => {
    expect(encodeFacts(factsOf([])).toString("hex")).toBe("010000");
  });
});

const sample = encodeFacts(factsOf([1, 3, 200, 0x7fffffff], [200], [42.5]));

describe("an encoding that cannot be read", () => {
  it("is refused where it is empty", () => {
    expect(() => decodeFacts(Buffer.alloc(0))).toThrow(new EncodingError("The encoding is empty."));
  });

  it.each([0, encodingVersion + 1, 255])("is refused with the version, here %i, and what to do", (version) => {
    const bytes = Buffer.concat([Buffer.from([version]), sample.subarray(1)]);
    const message = `The encoding has version ${version}, expected 1: rebuild it with "alliance facts rebuild".`;
    expect(() => decodeFacts(bytes)).toThrow(new EncodingError(message));
  });

  it("is refused where it is cut off anywhere", () => {
    for (let length = 0; length < sample.length; length += 1) {
      expect(() => decodeFacts(sample.subarray(0, length))).toThrow(EncodingError);
    }
  });

  it("is refused where something follows", () => {
    expect(() => decodeFacts(Buffer.concat([sample, Buffer.alloc(1)]))).toThrow("9 bytes of values for 1 slots");
  });

  it.each([
    ["a number twice", "01020100" + "00", "does not ascend"],
    ["the number 0", "010100" + "00", "does not ascend"],
    ["a count beyond the bytes", "01ffffffff07", "0 bytes for 2147483647 numbers"],
    ["a count without an end", "01ffffffffffff", "more than five bytes"],
    ["a number of more than 31 bits", "0101ffffffff0f00000000", "more than 31 bits"],
    ["a number of six bytes", "0101ffffffff80000000", "more than 31 bits"],
    ["two numbers whose sum is more than 31 bits", "0102ffffffff070100", "does not ascend"],
  ])("is refused for %s", (_, hex, message) => {
    expect(() => decodeFacts(Buffer.from(hex, "hex"))).toThrow(EncodingError);
    expect(() => decodeFacts(Buffer.from(hex, "hex"))).toThrow(message);
  });

  it("never gives anything else than ascending numbers or a refusal, whatever the bytes", () => {
    const arbitrary = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from([encodingVersion, ...bytes]));
    const changed = fc.tuple(facts, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([each, at, byte]) => {
      const bytes = encodeFacts(each);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(arbitrary, changed), (bytes) => {
        const decoded = decodedOrRefused(bytes);
        if (decoded instanceof EncodingError) return;
        expect(ascends(decoded.keys) && ascends(decoded.slots)).toBe(true);
        expect(decoded.values).toHaveLength(decoded.slots.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("facts that cannot be encoded", () => {
  it.each([
    ["keys out of order", factsOf([3, 2])],
    ["a key twice", factsOf([2, 2])],
    ["the key 0", factsOf([0])],
    ["a slot without a value", factsOf([1], [1], [])],
    ["a value that is no number", factsOf([1], [1], [NaN])],
    ["an infinite value", factsOf([1], [1], [Infinity])],
  ])("are a mistake of the program: %s", (_, each) => {
    expect(() => encodeFacts(each)).toThrow(Error);
  });
});

/** As JSON, with -0 told from 0. */
function comparable({ keys, slots, values }: EncodedFacts) {
  return [[...keys], [...slots], [...values].map((each) => (Object.is(each, -0) ? "-0" : each))];
}
