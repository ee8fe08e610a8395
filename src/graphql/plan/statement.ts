import { sql, type Column, type SQL } from "drizzle-orm";
import { alias, PgDialect, type PgTable } from "drizzle-orm/pg-core";
import type { DoorOf } from "./fields";
import { Binding, Unplanned, type Run } from "./run";
import { sourceOf, type Source } from "./sources";
import { rowTokens, valueTokens, type RowReader } from "./tokens";

const dialect = new PgDialect({ casing: undefined });

/** The values that rows of one place in the tree are selected with, whose places the writers know. */
export class RowShape implements RowReader {
  readonly #places = new Map<string, number>();
  readonly #values: Source<unknown>[] = [];

  /** Where the value stands in the row; asked twice, it is selected once. */
  placeOf(need: Column | Source<unknown>): number {
    const source = sourceOf(need);
    const { sql: text, params } = dialect.sqlToQuery(source.sql);
    // Two bound values may differ though their text is the same.
    const known = params.length === 0 ? this.#places.get(text) : undefined;
    if (known !== undefined) return known;
    const place = this.#values.push(source) - 1;
    if (params.length === 0) this.#places.set(text, place);
    return place;
  }

  /** The tokens of one row; to be asked, as the rest, when everything below the row is compiled. */
  get row(): SQL {
    return valueTokens(this.#values);
  }

  rowsOf(base: PgTable, table: PgTable, clauses: SQL): SQL {
    return rowTokens(this.#values, sql`from ${base} as ${table} ${clauses}`);
  }

  get lists(): readonly (RowReader | undefined)[] {
    return this.#values.map(({ rows }) => rows);
  }
}

/** Gives every table of a statement a name of its own, so that a table may stand below itself. */
export class Aliases {
  #count = 0;

  of<Table extends PgTable>(table: Table): Table {
    this.#count += 1;
    return alias(table, `t${this.#count}`) as unknown as Table;
  }
}

/** A statement that answers one text of tokens, with parameters that are known when it runs. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
  readonly door: DoorOf;
}

export function statementOf(query: SQL, doors: ReadonlySet<DoorOf>): Statement {
  if (doors.size > 1) throw new Unplanned("one statement cannot go through two doors");
  const { sql: text, params } = dialect.sqlToQuery(query);
  const [door = applicationDoor] = doors;
  return { text, params, door };
}

const applicationDoor: DoorOf = (database) => database.app;

export function paramsOf(statement: Statement, run: Run): unknown[] {
  return statement.params.map((param) => (param instanceof Binding ? param.read(run) : param));
}

/** As a chunk of SQL. drizzle hands what it does not know through to the parameters. */
export function bound(read: (run: Run) => unknown): SQL {
  return sql`${sql.param(new Binding(read))}`;
}
