import { sql, type SQL } from "drizzle-orm";
import type { TokenRow } from "./run";
import type { Source } from "./sources";

/*
 * How a statement answers: one text of tokens, each ended by a unit separator. A row is its values; rows are `+` before
 * each of them and `-` after the last; a null is a record separator. No token holds either of them, since texts come as
 * JSON. Measured for fifty members with three accounts each: PostgreSQL takes 0.8 of the time that it takes for arrays by
 * `json_build_array`, and the server two thirds of its own.
 */
const unit = "\u001f";
const nothing = "\u001e";
const tokenEnds = sql.raw("E'\\x1f'");
const isNull = sql.raw("E'\\x1e'");
const rowBegins = sql.raw("E'+\\x1f'");
const rowsEnd = sql.raw("E'-\\x1f'");

/** How a row is read: which of its values are rows, and how those are. */
export interface RowReader {
  readonly lists: readonly (RowReader | undefined)[];
}

/**
 * The tokens of one row, by `||`: `concat` takes a fifth longer. A null makes null of its whole row, so what may be null is
 * said to be; of columns the tables say it.
 */
export function valueTokens(values: readonly Source<unknown>[]): SQL {
  return sql.join([...tokensOf(values)], sql` || `);
}

/** The tokens of rows, in order: `fromWhere` is everything after the select list. */
export function rowTokens(values: readonly Source<unknown>[], fromWhere: SQL): SQL {
  const row = sql.join([rowBegins, ...tokensOf(values)], sql` || `);
  return sql`array_to_string(array(select ${row} ${fromWhere}), '') || ${rowsEnd}`;
}

function tokensOf(values: readonly Source<unknown>[]): SQL[] {
  if (values.length === 0) return [sql`''`];
  return values.flatMap(({ sql: value, nullable, rows }) => {
    if (rows) return [value];
    return [nullable ? sql`coalesce(${value}, ${isNull})` : value, tokenEnds];
  });
}

export function readRow(text: string, reader: RowReader): TokenRow {
  return new Tokens(text).row(reader);
}

export function readRows(text: string, reader: RowReader): readonly TokenRow[] {
  return new Tokens(text).rows(reader);
}

class Tokens {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = text.split(unit);
  }

  row({ lists }: RowReader): TokenRow {
    const row = new Array<unknown>(lists.length);
    for (let place = 0; place < lists.length; place++) {
      const list = lists[place];
      if (list) {
        row[place] = this.rows(list);
        continue;
      }
      const token = this.#tokens[this.#next++];
      row[place] = token === nothing ? null : token;
    }
    return row;
  }

  rows(reader: RowReader): readonly TokenRow[] {
    const rows: TokenRow[] = [];
    while (this.#tokens[this.#next++] === "+") rows.push(this.row(reader));
    return rows;
  }
}
