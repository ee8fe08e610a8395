import { and, sql, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { getNamedType, GraphQLObjectType, type GraphQLField } from "graphql";
import { maxPageSize } from "../connection";
import type { Compiler, Scope } from "./compile";
import type { Args, PageField, PlanContext } from "./fields";
import { comesAfter, keysetOf, openPage, orderOf, type OpenedPage } from "./pages";
import { Declined, Unplanned, type ReadRow, type Run, type Write } from "./run";
import { fieldOf, setsOf, type SelectedField } from "./selection";
import { bound, RowShape } from "./statement";
import { listOf, objectText } from "./texts";
import type { RowReader } from "./unpack";

/** Reads a page's arguments, before the statements run. */
export type PageOpener = (context: PlanContext, args: readonly Args[], keys: Run["keys"]) => OpenedPage;

/** What one page answered, with one row more where there are more. */
interface FoundPage {
  readonly rows: readonly ReadRow[];
  /** What the page's place is made of; undefined at the root. */
  readonly owner: Record<string, unknown> | undefined;
}

interface CompiledPage {
  readonly rows: SQL;
  readonly reader: RowReader;
  readonly write: Write<FoundPage>;
}

/** A page as its parts are written: cut to its length, and with the seal of its cursors. */
interface CutPage {
  readonly rows: readonly ReadRow[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly cursorOf: (row: ReadRow) => string;
}

/** A connection of rows. `startsAt` names the statement whose key is the owner's, where there is one. */
export function compilePage(
  compiler: Compiler,
  planned: PageField,
  field: GraphQLField<unknown, unknown>,
  selected: SelectedField,
  scope: Pick<Scope, "aliases" | "doors">,
  startsAt: number | undefined,
): CompiledPage {
  const type = getNamedType(field.type);
  if (!(type instanceof GraphQLObjectType)) throw new TypeError(`${field.name} is no connection`);
  const argsOf = compiler.argsOf(field, selected);
  const base = planned.plan.table as PgTable;
  const table = scope.aliases.of(base);
  const wanted = planned.select(table as never, compiler.binder(argsOf));
  const shape = new RowShape();
  const place = compiler.pages.push(pageOpener(planned, wanted.keyset.length, argsOf, startsAt)) - 1;

  const keyPlaces = () => wanted.keyset.map((column) => shape.placeOf(column));
  const parts = new PageParts(compiler, planned, table, { ...scope, shape, startsAt: undefined }, keyPlaces);
  const write = parts.connection(type, selected);
  const places = parts.cursorPlaces;
  const where = and(
    wanted.where,
    comesAfter(wanted, (part, otherwise) => bound((run) => run.pages[place]?.after?.[part] ?? otherwise)),
  );
  const order = orderOf(wanted);
  const limit = bound((run) => (run.pages[place]?.limit ?? 0) + 1);
  // The longest page is written out, so that PostgreSQL plans for one; the length itself it must not see, or it would
  // plan the statement anew for each.
  const longest = sql`select * from ${base} as ${table} where ${where} order by ${order} limit ${sql.raw(String(maxPageSize + 1))}`;
  const rows = sql`from (select * from (${longest}) as ${table} limit (select ${limit}::int)) as ${table}`;

  return {
    rows: shape.rows(rows),
    reader: shape.reader,
    write: ({ rows, owner }, run) => {
      const { limit, after } = run.pages[place] as OpenedPage;
      const { ids } = run.context;
      const where = places && JSON.stringify(planned.place(owner as never, argsOf(run)));
      return write(
        {
          rows: rows.length > limit ? rows.slice(0, limit) : rows,
          hasNext: rows.length > limit,
          hasPrevious: after !== null,
          cursorOf: (row) => {
            if (!places || where === undefined) throw new TypeError("no cursor was asked for");
            const values = places.map((each) => row[each]);
            return JSON.stringify(ids.cursors.seal(where, keysetOf(wanted.keyset, values)));
          },
        },
        run,
      );
    },
  };
}

/** A cursor opens with its page's owner, who is known beforehand only where the statement starts from its key. */
function pageOpener(
  planned: PageField,
  keys: number,
  argsOf: (run: Run) => Args,
  startsAt: number | undefined,
): PageOpener {
  const [only, ...others] = Object.keys(planned.needs);
  return (context, args, found) => {
    const own = argsOf({ args } as Run);
    if (planned.declineArgs?.(own)) throw new Declined("arguments for the resolvers");
    const key = startsAt === undefined ? undefined : found[startsAt];
    if (only === undefined) return openPage(context, own, keys, () => planned.place(undefined as never, own));
    const owner = key && others.length === 0 ? { [only]: key } : undefined;
    return openPage(context, own, keys, owner && (() => planned.place(owner as never, own)));
  };
}

/** How the parts of a connection are written: its nodes, edges and page info. */
class PageParts {
  #cursorPlaces: readonly number[] | undefined;

  constructor(
    private readonly compiler: Compiler,
    private readonly planned: PageField,
    private readonly table: PgTable,
    private readonly scope: Scope,
    private readonly keyPlaces: () => readonly number[],
  ) {}

  /** Where the keyset stands in the rows; undefined where no cursor is asked for. */
  get cursorPlaces(): readonly number[] | undefined {
    return this.#cursorPlaces;
  }

  connection(type: GraphQLObjectType, selected: SelectedField): Write<CutPage> {
    return this.#fields(type, selected, (each) => {
      switch (each.name) {
        case "nodes": {
          const nodes = listOf(this.#row(each));
          return ({ rows }, run) => nodes(rows, run);
        }
        case "edges":
          return this.#edges(fieldTypeOf(type, each), each);
        case "pageInfo":
          return this.#pageInfo(fieldTypeOf(type, each), each);
      }
      return undefined;
    });
  }

  #edges(type: GraphQLObjectType, selected: SelectedField): Write<CutPage> {
    const edge = this.#fields<{ readonly page: CutPage; readonly row: ReadRow }>(type, selected, (each) => {
      if (each.name === "cursor") return this.#cursor(({ page, row }) => page.cursorOf(row));
      if (each.name !== "node") return undefined;
      const node = this.#row(each);
      return ({ row }, run) => node(row, run);
    });
    const edges = listOf(edge);
    return (page, run) =>
      edges(
        page.rows.map((row) => ({ page, row })),
        run,
      );
  }

  #pageInfo(type: GraphQLObjectType, selected: SelectedField): Write<CutPage> {
    const cursorAt = (page: CutPage, row: ReadRow | undefined) => (row ? page.cursorOf(row) : "null");
    return this.#fields<CutPage>(type, selected, (each) => {
      switch (each.name) {
        case "hasNextPage":
          return ({ hasNext }) => String(hasNext);
        case "hasPreviousPage":
          return ({ hasPrevious }) => String(hasPrevious);
        case "startCursor":
          return this.#cursor((page) => cursorAt(page, page.rows[0]));
        case "endCursor":
          return this.#cursor((page) => cursorAt(page, page.rows.at(-1)));
      }
      return undefined;
    });
  }

  #cursor<Input>(write: (input: Input) => string): Write<Input> {
    this.#cursorPlaces ??= this.keyPlaces();
    return write;
  }

  #row(selected: SelectedField): Write<ReadRow> {
    return this.compiler.row(this.planned.plan, this.table, selected.nodes, this.scope);
  }

  #fields<Input>(
    type: GraphQLObjectType,
    selected: SelectedField,
    writeOf: (each: SelectedField) => Write<Input> | undefined,
  ): Write<Input> {
    return objectText<Input>(
      this.compiler.selection.fieldsOf(type, setsOf(selected.nodes)).map((each) => {
        if (each.name === "__typename") return [each.key, JSON.stringify(type.name)];
        const write = writeOf(each);
        if (!write) throw new Unplanned(`${type.name}.${each.name} has no plan`);
        return [each.key, write];
      }),
    );
  }
}

function fieldTypeOf(type: GraphQLObjectType, selected: SelectedField): GraphQLObjectType {
  const named = getNamedType(fieldOf(type, selected).type);
  if (named instanceof GraphQLObjectType) return named;
  throw new TypeError(`${type.name}.${selected.name} is no object`);
}
