import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { GraphQLDateTimeISO, GraphQLLocalDate } from "graphql-scalars";

const largest = 2n ** 63n - 1n;

/** A whole number written as a text, since JSON numbers lose digits beyond 2^53. */
function bigIntegerScalar(name: string, description: string): GraphQLScalarType<bigint, string> {
  const parse = (value: unknown): bigint => {
    const text = typeof value === "bigint" ? value.toString() : value;
    if (typeof text !== "string" || !/^-?\d{1,19}$/.test(text) || BigInt(text) > largest || BigInt(text) < -largest) {
      throw new GraphQLError(`${name} is ${JSON.stringify(value)}, expected a whole number as a text, at most 2^63-1.`);
    }
    return BigInt(text);
  };
  return new GraphQLScalarType<bigint, string>({
    name,
    description,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node) => {
      if (node.kind !== Kind.STRING && node.kind !== Kind.INT) {
        throw new GraphQLError(`${name} must be written as a text of digits.`, { nodes: node });
      }
      return parse(node.value);
    },
  });
}

export const PointsScalar = bigIntegerScalar(
  "Points",
  'A whole number of points of one program, as a text of digits: `"5000"`. Up to 2^63-1; never a JSON number.',
);

export const MinorUnitsScalar = bigIntegerScalar(
  "MinorUnits",
  'A whole number of a currency\'s smallest unit (cents, fen), as a text of digits: `"12850"` is 128.50 yuan.',
);

export const CursorScalar = new GraphQLScalarType<string, string>({
  name: "Cursor",
  description: "A place in a connection, opaque: pass it back as `after`. Good for the same filter and order only.",
  serialize: String,
  parseValue: (value) => {
    if (typeof value !== "string") throw new GraphQLError("Cursor must be a text that a connection gave.");
    return value;
  },
});

/** Instants: ISO 8601 with zone, milliseconds, shown in UTC. */
export const DateTimeScalar = withinYears(
  GraphQLDateTimeISO,
  "DateTime",
  "An instant: ISO 8601 with zone, to the millisecond, answered in UTC: `2026-06-01T16:00:00.000Z`. Years 1 to 9999.",
  (instant) => instant.getUTCFullYear(),
);

/** Calendar days, without zone. */
export const DateScalar = withinYears(
  GraphQLLocalDate,
  "Date",
  "A calendar day without zone: `2026-06-01`. Which zone it is meant in stands at the field. Years 1 to 9999.",
  (day) => Number(String(day).slice(0, 4)),
);

/** A library's scalar, without the years that ISO 8601 can write and PostgreSQL cannot read. */
function withinYears<Inner, Outer>(
  scalar: GraphQLScalarType<Inner, Outer>,
  name: string,
  description: string,
  yearOf: (value: Inner) => number,
): GraphQLScalarType<Inner, Outer> {
  const checked = (value: Inner): Inner => {
    const year = yearOf(value);
    if (year >= 1 && year <= 9999) return value;
    throw new GraphQLError(`${name} is in the year ${year} of UTC, expected the years 1 to 9999.`);
  };
  return new GraphQLScalarType<Inner, Outer>({
    name,
    description,
    serialize: (value) => scalar.serialize(value),
    parseValue: (value) => checked(scalar.parseValue(value)),
    parseLiteral: (node, variables) => checked(scalar.parseLiteral(node, variables)),
  });
}
