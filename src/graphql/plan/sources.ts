import { Column, is, sql, type GetColumnData, type SQL } from "drizzle-orm";
import { PgArray, PgBigInt64, PgBoolean, PgInteger, PgJsonb, PgText, PgTimestamp, PgUUID } from "drizzle-orm/pg-core";

/**
 * One value of a row, on its way: a planned statement answers rows as JSON arrays, so a value has an SQL form that JSON
 * holds whole, and a way back.
 */
export interface Source<Value> {
  readonly sql: SQL;
  /** The value as the tables' types say, from what JSON holds. */
  readonly decode: (json: never) => Value;
  /** How the JSON value can be written on without being decoded; undefined where it cannot. */
  readonly shape?: JsonShape;
}

/** What a JSON value is known to be: a text without anything to escape, any text, a number or boolean, an instant. */
export type JsonShape = "plain text" | "text" | "literal" | "instant";

/** What a field is made of: columns of its row, and values beside them. */
export type Needs = Readonly<Record<string, Column | Source<unknown>>>;

export type ValueOf<Need> =
  Need extends Source<infer Value> ? Value : Need extends Column ? GetColumnData<Need> : never;

export type ValuesOf<N extends Needs> = { readonly [Name in keyof N]: ValueOf<N[Name]> };

/** The source that a column is. Amounts go as texts: a JSON number would lose digits beyond 2^53. */
export function sourceOf(need: Column | Source<unknown>): Source<unknown> {
  if (!is(need, Column)) return need;
  const plain = sql`${need}`;
  if (is(need, PgUUID)) return { sql: plain, decode: asItIs, shape: "plain text" };
  if (is(need, PgText)) return { sql: plain, decode: asItIs, shape: "text" };
  if (is(need, PgBigInt64)) return { sql: sql`${need}::text`, decode: BigInt, shape: "plain text" };
  if (is(need, PgInteger) || is(need, PgBoolean)) return { sql: plain, decode: asItIs, shape: "literal" };
  if (is(need, PgTimestamp)) return { sql: plain, decode: toDate, shape: "instant" };
  if (is(need, PgJsonb) || is(need, PgArray)) return { sql: plain, decode: asItIs };
  throw new TypeError(`no way through JSON is known for the column ${need.name} of type ${need.getSQLType()}`);
}

/** An instant that is not a column: `(select max(…) …)`. */
export function instantSource(expression: SQL): Source<Date | null> {
  return { sql: expression, decode: toDateOrNull, shape: "instant" };
}

/** A text that is not a column. */
export function textSource(expression: SQL): Source<string | null> {
  return { sql: expression, decode: asItIs<string | null>, shape: "text" };
}

/** Bytes, which JSON holds as base64. */
export function bytesSource(expression: SQL): Source<Buffer | null> {
  return {
    sql: sql`encode(${expression}, 'base64')`,
    decode: (json: string | null) => (json === null ? null : Buffer.from(json, "base64")),
  };
}

/** Rows below this one that a value is computed from: `from … where … order by …` with the columns that are wanted. */
export function rowsSource<N extends Needs>(needs: N, fromWhere: SQL): Source<ValuesOf<N>[]> {
  const sources = Object.entries(needs).map(([name, need]) => [name, sourceOf(need)] as const);
  const row = jsonArray(sources.map(([, source]) => source.sql));
  return {
    sql: sql`array_to_json(array(select ${row} ${fromWhere}))`,
    decode: (json: readonly never[][]) =>
      json.map(
        (values) =>
          Object.fromEntries(
            sources.map(([name, source], place) => [name, decodeOrNull(source, values[place] as never)]),
          ) as ValuesOf<N>,
      ),
  };
}

/** Whether something is so. */
export function truthSource(condition: SQL): Source<boolean> {
  return { sql: condition, decode: asItIs<boolean>, shape: "literal" };
}

export function decodeOrNull(source: Source<unknown>, json: unknown): unknown {
  return json === null || json === undefined ? null : source.decode(json as never);
}

export function jsonArray(values: readonly SQL[]): SQL {
  return sql`json_build_array(${sql.join([...values], sql`, `)})`;
}

function asItIs<Value>(json: Value): Value {
  return json;
}

function toDate(json: string): Date {
  return new Date(json);
}

function toDateOrNull(json: string | null): Date | null {
  return json === null ? null : new Date(json);
}
