import { sql, type SQL } from "drizzle-orm";

/** What one element of an array parameter may be; a Date is sent as its instant in UTC, a Buffer as bytea. */
export type ArrayElement = string | bigint | number | boolean | Date | Buffer | null;

/**
 * `= any(${uuidArray(ids)})`: one parameter however many ids there are, so that the statement has one text and is
 * prepared once. `in (…)` would be another statement for every length.
 */
export function uuidArray(ids: readonly string[]): SQL {
  return sql`${arrayLiteral(ids)}::uuid[]`;
}

export function textArray(values: readonly (string | null)[]): SQL {
  return sql`${arrayLiteral(values)}::text[]`;
}

/**
 * The text form of a PostgreSQL array, for a parameter with a cast: `${arrayLiteral(amounts)}::int8[]`, also as the
 * value of a placeholder. Every element but null is quoted, so that no value can be taken for another (`NULL`, `a,b`,
 * an empty text).
 */
export function arrayLiteral(values: readonly ArrayElement[]): string {
  return `{${values.map(elementLiteral).join(",")}}`;
}

function elementLiteral(value: ArrayElement): string {
  if (value === null) return "NULL";
  const text = elementText(value);
  if (text.includes("\0")) throw new Error("PostgreSQL's text cannot hold the character U+0000");
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

function elementText(value: Exclude<ArrayElement, null>): string {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString("hex")}`;
  return String(value);
}
