import { Column, is, sql, type GetColumnData, type SQL } from "drizzle-orm";
import { PgArray, PgBigInt64, PgBoolean, PgInteger, PgJsonb, PgText, PgTimestamp, PgUUID } from "drizzle-orm/pg-core";

import { packedRow, packedRows, sized, type Form } from "./packed-rows";
import { readerOf, type RowReader } from "./unpack";

/**
 * One value of a row, on its way: a planned statement answers its rows as bytes (packed-rows.ts), in which the value has a
 * form, and from which it is read and made what the tables' types say.
 */
export interface Source<Value> {
  readonly sql: SQL;
  readonly form: Form;
  readonly nullable: boolean;
  /** Of what is read (unpack.ts). */
  readonly decode: (read: never) => Value;
  /** Where it is no value but rows: how each of them is read. */
  readonly rows?: RowReader;
}

/** What a field is made of: columns of its row, and values beside them. */
export type Needs = Readonly<Record<string, Column | Source<unknown>>>;

export type ValueOf<Need> =
  Need extends Source<infer Value> ? Value : Need extends Column ? GetColumnData<Need> : never;

export type ValuesOf<N extends Needs> = { readonly [Name in keyof N]: ValueOf<N[Name]> };

/** The source that a column is. */
export function sourceOf(need: Column | Source<unknown>): Source<unknown> {
  if (!is(need, Column)) return need;
  const nullable = !need.notNull;
  const value = sql`${need}`;
  if (is(need, PgUUID)) return { sql: value, form: "id", nullable, decode: asItIs };
  if (is(need, PgBigInt64)) return { sql: value, form: "amount", nullable, decode: BigInt };
  if (is(need, PgInteger)) return { sql: value, form: "integer", nullable, decode: asItIs };
  if (is(need, PgBoolean)) return { sql: value, form: "truth", nullable, decode: asItIs };
  if (is(need, PgTimestamp)) return { sql: value, form: "instant", nullable, decode: toDate };
  if (is(need, PgText)) return { sql: value, form: "text", nullable, decode: asItIs };
  if (is(need, PgArray)) return { sql: sql`array_to_json(${need})::text`, form: "json", nullable, decode: parsed };
  if (is(need, PgJsonb)) return { sql: sql`${need}::text`, form: "json", nullable, decode: parsed };
  throw new TypeError(`no form is known for the column ${need.name} of type ${need.getSQLType()}`);
}

/** An instant that is not a column: `(select max(…) …)`. */
export function instantSource(expression: SQL): Source<Date | null> {
  return { sql: expression, form: "instant", nullable: true, decode: toDate };
}

/** An id that is not a column. */
export function idSource(expression: SQL): Source<string | null> {
  return { sql: expression, form: "id", nullable: true, decode: asItIs<string | null> };
}

/** A column of bytes in another table: `of` is all behind the select list. */
export function bytesSource(column: Column, of: SQL): Source<Buffer | null> {
  return { sql: sql`(select ${sized(column)} ${of})`, form: "bytes", nullable: true, decode: asItIs<Buffer | null> };
}

/** JSON that is not a column. */
export function jsonSource<Value>(expression: SQL): Source<Value> {
  return { sql: sql`${expression}::text`, form: "json", nullable: true, decode: parsed as (read: never) => Value };
}

/** Rows below this one that a value is computed from, with the columns that are wanted: `from … where …`. */
export function rowsSource<N extends Needs>(needs: N, from: SQL, orderBy?: SQL): Source<ValuesOf<N>[]> {
  const sources = Object.entries(needs).map(([name, need]) => [name, sourceOf(need)] as const);
  const values = sources.map(([, source]) => source);
  return {
    ...rowsBelow(packedRows(packedRow(values, []), from, orderBy), {
      values: values.map(readerOf),
      sealed: [],
      mayDecline: false,
    }),
    decode: (rows: readonly (readonly unknown[])[]) =>
      rows.map(
        (row) =>
          Object.fromEntries(
            sources.map(([name, source], place) => [name, decodeOrNull(source, row[place])]),
          ) as ValuesOf<N>,
      ),
  };
}

/** Rows that are written as they are read. */
export function rowsBelow(rows: SQL, reader: RowReader): Source<unknown> {
  // Rows have a shape of their own; the form is not looked at.
  return { sql: rows, form: "bytes", nullable: false, rows: reader, decode: asItIs };
}

/** Whether something is so. The condition is never null: one would take its whole row with it. */
export function truthSource(condition: SQL): Source<boolean> {
  return { sql: condition, form: "truth", nullable: false, decode: asItIs<boolean> };
}

export function decodeOrNull(source: Source<unknown>, read: unknown): unknown {
  return read === null || read === undefined ? null : source.decode(read as never);
}

function asItIs<Value>(read: Value): Value {
  return read;
}

function parsed(read: string): unknown {
  return JSON.parse(read);
}

function toDate(millis: number): Date {
  return new Date(millis);
}
