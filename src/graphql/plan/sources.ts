import { Column, is, sql, type GetColumnData, type SQL } from "drizzle-orm";
import { PgArray, PgBigInt64, PgBoolean, PgInteger, PgJsonb, PgText, PgTimestamp, PgUUID } from "drizzle-orm/pg-core";

import { instantText } from "./instants";
import { rowTokens, type RowReader } from "./tokens";

/**
 * One value of a row, on its way: a planned statement answers its rows as one text of tokens (tokens.ts), so a value has an
 * SQL form that is a text, and a way back.
 */
export interface Source<Value> {
  /** The token: any text that holds neither of the separators. */
  readonly sql: SQL;
  readonly nullable: boolean;
  /** The value as the tables' types say. */
  readonly decode: (token: never) => Value;
  /** How the token can be written on without being decoded; undefined where it cannot. */
  readonly shape?: TokenShape;
  /** Where it is no token but rows of tokens: how each of them is read. */
  readonly rows?: RowReader;
}

/** What a token is: a text without anything to escape, JSON's own text of a value, an instant as PostgreSQL writes it. */
export type TokenShape = "plain text" | "JSON" | "instant";

/** What a field is made of: columns of its row, and values beside them. */
export type Needs = Readonly<Record<string, Column | Source<unknown>>>;

export type ValueOf<Need> =
  Need extends Source<infer Value> ? Value : Need extends Column ? GetColumnData<Need> : never;

export type ValuesOf<N extends Needs> = { readonly [Name in keyof N]: ValueOf<N[Name]> };

/** The source that a column is. Amounts stay the digits that they are: a JSON number would lose some beyond 2^53. */
export function sourceOf(need: Column | Source<unknown>): Source<unknown> {
  if (!is(need, Column)) return need;
  const nullable = !need.notNull;
  const text = sql`${need}::text`;
  if (is(need, PgUUID)) return { sql: text, nullable, decode: asItIs, shape: "plain text" };
  if (is(need, PgBigInt64)) return { sql: text, nullable, decode: BigInt, shape: "plain text" };
  if (is(need, PgInteger) || is(need, PgBoolean)) return { sql: text, nullable, decode: parsed, shape: "JSON" };
  if (is(need, PgTimestamp)) return { sql: text, nullable, decode: toDate, shape: "instant" };
  if (is(need, PgText)) return { sql: sql`to_json(${need})::text`, nullable, decode: parsed, shape: "JSON" };
  if (is(need, PgArray)) return { sql: sql`array_to_json(${need})::text`, nullable, decode: parsed };
  if (is(need, PgJsonb)) return { sql: text, nullable, decode: parsed };
  throw new TypeError(`no way through a text is known for the column ${need.name} of type ${need.getSQLType()}`);
}

/** An instant that is not a column: `(select max(…) …)`. */
export function instantSource(expression: SQL): Source<Date | null> {
  return { sql: sql`${expression}::text`, nullable: true, decode: toDate, shape: "instant" };
}

/** An id that is not a column. */
export function idSource(expression: SQL): Source<string | null> {
  return { sql: sql`${expression}::text`, nullable: true, decode: asItIs<string | null>, shape: "plain text" };
}

/** Bytes, as base64. */
export function bytesSource(expression: SQL): Source<Buffer | null> {
  return {
    sql: sql`encode(${expression}, 'base64')`,
    nullable: true,
    decode: (token: string) => Buffer.from(token, "base64"),
  };
}

/** Rows below this one that a value is computed from: `from … where … order by …` with the columns that are wanted. */
export function rowsSource<N extends Needs>(needs: N, fromWhere: SQL): Source<ValuesOf<N>[]> {
  const sources = Object.entries(needs).map(([name, need]) => [name, sourceOf(need)] as const);
  const values = sources.map(([, source]) => source);
  return {
    sql: rowTokens(values, fromWhere),
    nullable: false,
    rows: { lists: values.map(({ rows }) => rows) },
    decode: (rows: readonly (readonly unknown[])[]) =>
      rows.map(
        (row) =>
          Object.fromEntries(
            sources.map(([name, source], place) => [name, decodeOrNull(source, row[place])]),
          ) as ValuesOf<N>,
      ),
  };
}

/** Whether something is so. The condition is never null: one would take its whole row with it. */
export function truthSource(condition: SQL): Source<boolean> {
  return {
    sql: sql`(${condition})::text`,
    nullable: false,
    decode: parsed as (token: never) => boolean,
    shape: "JSON",
  };
}

export function decodeOrNull(source: Source<unknown>, token: unknown): unknown {
  return token === null || token === undefined ? null : source.decode(token as never);
}

function asItIs<Value>(token: Value): Value {
  return token;
}

function parsed(token: string): unknown {
  return JSON.parse(token);
}

function toDate(token: string): Date {
  return new Date(instantText(token));
}
