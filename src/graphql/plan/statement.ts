import { sql, type Column, type SQL } from "drizzle-orm";
import { alias, PgDialect, type PgTable } from "drizzle-orm/pg-core";
import type { DoorOf, SealedField } from "./fields";
import { Binding, Unplanned, type Run } from "./run";
import { sourceOf, type Source } from "./sources";
import { packedRow, packedRows } from "./packed-rows";
import { readerOf, type RowReader, type SealedPlace } from "./unpack";

const dialect = new PgDialect({ casing: undefined });

/** The values that rows of one place in the tree are selected with, whose places the writers know. */
export class RowShape {
  readonly #places = new Map<string, number>();
  /** By their places; where a global id is to stand, nothing is selected. */
  readonly #values: (Source<unknown> | undefined)[] = [];
  readonly #sealed: SealedPlace[] = [];
  readonly #declines = new Map<string, SQL>();

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

  /** Where the global id will stand when the ids that it is made of are read. */
  placeOfSealed({ type, id, memberId }: SealedField): number {
    const own = { type, id: this.placeOf(id), memberId: this.placeOf(memberId) };
    const place = this.#values.push(undefined) - 1;
    this.#sealed.push({ place, ...own });
    return place;
  }

  /** Leaves requests whose rows have one for which this is true to the resolvers. */
  declineIf({ sql: condition }: Source<boolean>): void {
    this.#declines.set(dialect.sqlToQuery(condition).sql, condition);
  }

  /** The bytes of one row; to be asked, as the rest, when everything below the row is compiled. */
  get row(): SQL {
    const selected = this.#values.filter((value) => value !== undefined);
    return packedRow(selected, [...this.#declines.values()]);
  }

  /** The bytes of all rows, as `packedRows` takes them. */
  rows(from: SQL, orderBy?: SQL): SQL {
    return packedRows(this.row, from, orderBy);
  }

  get reader(): RowReader {
    const values = this.#values.map((value) => (value ? readerOf(value) : () => undefined));
    return { values, sealed: this.#sealed, mayDecline: this.#declines.size > 0 };
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

/** A statement that answers rows as bytes, with parameters that are known when it runs. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
  readonly door: DoorOf;
  /** The same for several requests at once, its parameters being lists of texts. */
  readonly gathered: string;
  /** Whether it answers what begins with a key, one row at most, or a page. */
  readonly answers: "a row" | "a page";
}

export function statementOf(query: SQL, doors: ReadonlySet<DoorOf>, answers: Statement["answers"]): Statement {
  if (doors.size > 1) throw new Unplanned("one statement cannot go through two doors");
  const { text, params } = asTemplate(dialect, query);
  const [door = applicationDoor] = doors;
  return { text, params, door, gathered: gatheredText(query), answers };
}

/** Where a parameter stands, and the type that the SQL behind it gives it. */
const placeholder = /(?:\$|"asked"\."p)(\d+)"?(::[a-z0-9_]+(?:\[\])?)?/g;

/**
 * Its text and parameters, a binding that stands there several times with the same type being one parameter: matching
 * names its instant eight times, and each would be written, sent and read again for every request.
 */
function asTemplate(by: PgDialect, query: SQL): Template {
  const { sql: text, params } = by.sqlToQuery(query);
  const kept: unknown[] = [];
  const types: string[] = [];
  const places = new Map<unknown, Map<string, number>>();
  const renumbered = text.replace(placeholder, (_, number: string, type = "") => {
    const param = params[Number(number) - 1];
    const ofType = places.get(param) ?? new Map<string, number>();
    const known = param instanceof Binding ? ofType.get(type as string) : undefined;
    const place = known ?? kept.push(param) - 1;
    types[place] = type as string;
    places.set(param, ofType.set(type as string, place));
    return `${by.escapeParam(place)}${type as string}`;
  });
  return { text: renumbered, params: kept, types };
}

interface Template {
  readonly text: string;
  readonly params: unknown[];
  /** By parameter, the cast behind it: `::uuid`, or nothing. */
  readonly types: readonly string[];
}

/** Parameters are columns of the row that stands for one request; the SQL around each says its type. */
class ListedParams extends PgDialect {
  override escapeParam(place: number): string {
    return `"asked"."p${place + 1}"`;
  }
}

const listedParams = new ListedParams({ casing: undefined });

/**
 * `select …, (…) from unnest((select $1::uuid[]), …)`: every answer says whose it is. PostgreSQL cannot look into a list
 * that is selected; where it sees how long one is, it plans the statement anew for each, which takes as long as all else.
 */
function gatheredText(query: SQL): string {
  const { text, params, types } = asTemplate(listedParams, query);
  const lists = params.map((_, place) => `(select $${place + 1}${listType(types[place] ?? "")})`).join(", ");
  const columns = params.map((_, place) => `"p${place + 1}"`).join(", ");
  return `select "asked"."place"::int4 - 1 as place, (${text}) as answer
    from unnest(${lists}) with ordinality as "asked" (${columns}, "place")`;
}

/**
 * A list of the type that its elements are cast to: each is read once then, where a cast of a text would read it wherever
 * it stands, and an instant takes PostgreSQL half a microsecond. Of lists there is no list; those stay texts.
 */
function listType(cast: string): string {
  return cast === "" || cast.endsWith("[]") ? "::text[]" : `${cast}[]`;
}

const applicationDoor: DoorOf = (database) => database.app;

export function paramsOf(statement: Statement, run: Run): unknown[] {
  return statement.params.map((param) => (param instanceof Binding ? param.read(run) : param));
}

/** As a chunk of SQL. drizzle hands what it does not know through to the parameters. */
export function bound(read: (run: Run) => unknown): SQL {
  return sql`${sql.param(new Binding(read))}`;
}
