import { sql, type Column, type SQL } from "drizzle-orm";
import { alias, PgDialect, type PgTable } from "drizzle-orm/pg-core";
import type { DoorOf } from "./fields";
import { Binding, Unplanned, type Run } from "./run";
import { jsonArray, sourceOf, type Source } from "./sources";

const dialect = new PgDialect({ casing: undefined });

/** The values that rows of one place in the tree are selected with: an array, whose places the writers know. */
export class RowShape {
  readonly #places = new Map<string, number>();
  readonly #values: SQL[] = [];

  /** Where the value stands in the row; asked twice, it is selected once. */
  placeOf(need: Column | Source<unknown>): number {
    const source = sourceOf(need);
    const { sql: text, params } = dialect.sqlToQuery(source.sql);
    // Two bound values may differ though their text is the same.
    const known = params.length === 0 ? this.#places.get(text) : undefined;
    if (known !== undefined) return known;
    const place = this.#values.push(source.sql) - 1;
    if (params.length === 0) this.#places.set(text, place);
    return place;
  }

  /** To be asked when everything below the row is compiled. */
  get row(): SQL {
    return jsonArray(this.#values);
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

/** A statement that answers one JSON text, with parameters that are known when it runs. */
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

/** All rows, in order, as one JSON array. */
export function rowsOf(shape: RowShape, base: PgTable, table: PgTable, clauses: SQL): SQL {
  return sql`array_to_json(array(select ${shape.row} from ${base} as ${table} ${clauses}))`;
}
