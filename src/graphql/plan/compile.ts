import { Column, is, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  isLeafType,
  OperationTypeNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { ArgumentSlots } from "./arguments";
import { compilePage, type PageOpener } from "./compile-page";
import type {
  AnyRowPlan,
  Args,
  Bind,
  Capabilities,
  ComputedField,
  DerivedField,
  DoorOf,
  ObjectField,
  PlanContext,
  RootField,
  RowField,
  RowsField,
  StartField,
} from "./fields";
import type { PlanBook } from "./plan-book";
import { Declined, Unplanned, type ReadRow, type Run, type Write } from "./run";
import { fieldOf, setsOf, type SelectedField, type Selection } from "./selection";
import { answerOf } from "./packed-rows";
import { decodeOrNull, rowsBelow, sourceOf, type Needs } from "./sources";
import { Aliases, bound, RowShape, statementOf, type Statement } from "./statement";
import { columnText, leafText, listOf, objectText, SharedTexts } from "./texts";
import { readRow, readRows, type Sealer } from "./unpack";

/** A statement of a plan, with the key that it starts from, where it starts from one. */
export interface PlannedStatement {
  readonly statement: Statement;
  /** Reads its answer. */
  readonly read: (answer: string, ids: Sealer) => unknown;
  readonly find: ((context: PlanContext, args: readonly Args[]) => string | null | Promise<string | null>) | undefined;
}

/** How an operation is answered: by these statements, all at once, and this text. */
export interface CompiledPlan {
  /** How many fields it answers, which its size goes by. */
  readonly fields: number;
  readonly argumentSlots: ArgumentSlots;
  readonly pages: readonly PageOpener[];
  readonly statements: readonly PlannedStatement[];
  readonly write: Write<undefined>;
}

/** Where in a statement a row stands. */
export interface Scope {
  readonly shape: RowShape;
  readonly aliases: Aliases;
  /** Which doors the statement's fields must go through. */
  readonly doors: Set<DoorOf>;
  /** The statement that starts from this very row's key; undefined for rows below it and for rows of a list. */
  readonly startsAt: number | undefined;
}

type Field = GraphQLField<unknown, unknown>;

/** Compiles the operation for callers with these capabilities. Throws Unplanned where something has no plan. */
export function compilePlan(
  schema: GraphQLSchema,
  book: PlanBook,
  caller: Capabilities,
  operation: OperationDefinitionNode,
  selection: Selection,
): CompiledPlan {
  return new Compiler(schema, book, caller, selection).compile(operation);
}

/** Walks the selection once: on the way down it says what is selected, on the way up how it is written. */
export class Compiler {
  readonly argumentSlots = new ArgumentSlots();
  readonly pages: PageOpener[] = [];
  readonly statements: PlannedStatement[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly book: PlanBook,
    private readonly caller: Capabilities,
    readonly selection: Selection,
  ) {}

  compile(operation: OperationDefinitionNode): CompiledPlan {
    const query = this.schema.getQueryType();
    if (!query || operation.operation !== OperationTypeNode.QUERY) throw new Unplanned("no query");
    const roots = this.book.rootsFor(this.caller);
    const write = objectText<undefined>(
      this.selection.fieldsOf(query, [operation.selectionSet]).map((selected) => {
        if (selected.name === "__typename") return [selected.key, JSON.stringify(query.name)];
        return [selected.key, this.#root(fieldOf(query, selected), selected, roots[selected.name])];
      }),
    );
    const { argumentSlots, pages, statements } = this;
    return { fields: this.selection.count, argumentSlots, pages, statements, write };
  }

  #root(field: Field, selected: SelectedField, planned: RootField | undefined): string | Write<undefined> {
    if (planned?.kind !== "page") return this.#objectField(field, selected, planned) as string | Write<undefined>;
    const aliases = new Aliases();
    const doors = new Set<DoorOf>();
    const page = compilePage(this, planned, field, selected, { aliases, doors }, undefined);
    const place = this.statements.length;
    const statement = statementOf(sql`select ${answerOf(page.rows)}`, doors, "a page");
    this.statements.push({ statement, read: (answer, ids) => readRows(answer, page.reader, ids), find: undefined });
    return (_, run) => page.write({ rows: run.answers[place] as ReadRow[], owner: undefined }, run);
  }

  /** The row's text; what it needs is put into the scope's shape. */
  row(plan: AnyRowPlan, table: PgTable, selected: SelectedField["nodes"], scope: Scope): Write<ReadRow> {
    const type = this.objectType(plan.type);
    const fields = this.book.fieldsOfRow(plan, table, this.caller);
    if (plan.declineIf) scope.shape.declineIf(plan.declineIf(table));
    return objectText<ReadRow>(
      this.selection.fieldsOf(type, setsOf(selected)).map((each) => {
        if (each.name === "__typename") return [each.key, JSON.stringify(type.name)];
        return [each.key, this.#rowField(fieldOf(type, each), each, fields[each.name], table, scope)];
      }),
    );
  }

  #rowField(
    field: Field,
    selected: SelectedField,
    planned: RowField | undefined,
    table: PgTable,
    scope: Scope,
  ): string | Write<ReadRow> {
    const own = planned ?? ownColumn(field, table);
    switch (own?.kind) {
      case "withheld":
        return this.#withheld(field, selected);
      case "column": {
        const place = scope.shape.placeOf(own.source);
        const write = columnText(field.type, sourceOf(own.source));
        return (row, run) => write(row[place], run);
      }
      case "sealed": {
        const place = scope.shape.placeOfSealed(own);
        return (row) => `"${row[place] as string}"`;
      }
      case "derived":
        return this.#derived(own, field, selected, scope);
      case "rows":
        if (own.declineIf) scope.shape.declineIf(own.declineIf);
        return this.#rows(own, field, selected, scope);
      case "page": {
        if (own.declineIf) scope.shape.declineIf(own.declineIf);
        const owner = ownerOf(own.needs, scope);
        const page = compilePage(this, own, field, selected, scope, scope.startsAt);
        const place = scope.shape.placeOf(rowsBelow(page.rows, page.reader));
        return (row, run) => page.write({ rows: row[place] as ReadRow[], owner: owner(row) }, run);
      }
      case undefined:
        throw new Unplanned(`${selected.name} has no plan`);
    }
  }

  /** Nothing is selected for it; that its arguments fit is asked all the same. */
  #withheld(field: Field, selected: SelectedField): string {
    if (field.type instanceof GraphQLNonNull) throw new TypeError(`${field.name} is withheld but never null`);
    this.argsOf(field, selected);
    return "null";
  }

  #derived(planned: DerivedField, field: Field, selected: SelectedField, scope: Scope): Write<ReadRow> {
    const valuesOf = ownerOf(planned.needs, scope);
    const argsOf = this.argsOf(field, selected);
    const write = planned.shared
      ? this.#sharedValue(field.type, selected.nodes)
      : this.#value(field.type, selected.nodes);
    if (planned.door) scope.doors.add(planned.door);
    return (row, run) => write(planned.value(valuesOf(row) as never, run.context, argsOf(run)), run);
  }

  #rows(planned: RowsField, field: Field, selected: SelectedField, scope: Scope): Write<ReadRow> {
    const table = scope.aliases.of(planned.plan.table as PgTable);
    const shape = new RowShape();
    const write = listOf(this.row(planned.plan, table, selected.nodes, { ...scope, shape, startsAt: undefined }));
    const { where, orderBy } = planned.select(table as never, this.binder(this.argsOf(field, selected)));
    const from = sql`from ${planned.plan.table as PgTable} as ${table} ${where ? sql`where ${where}` : sql``}`;
    const rows = shape.rows(from, sql.join([...orderBy], sql`, `));
    const place = scope.shape.placeOf(rowsBelow(rows, shape.reader));
    return (row, run) => write(row[place] as ReadRow[], run);
  }

  /** A field of an object in memory, or of the root. */
  #objectField(field: Field, selected: SelectedField, planned: ObjectField | undefined): string | Write<object> {
    switch (planned?.kind) {
      case "withheld":
        return this.#withheld(field, selected);
      case "computed":
        return this.#computed(planned, field, selected);
      case "start":
        return this.#start(planned, field, selected);
      case undefined:
        throw new Unplanned(`${selected.name} has no plan`);
    }
  }

  #computed(planned: ComputedField, field: Field, selected: SelectedField): Write<object> {
    const argsOf = this.argsOf(field, selected);
    if (planned.shared) {
      const write = this.#sharedValue(field.type, selected.nodes);
      return (object, run) =>
        write(planned.value(object as never, run.context, argsOf(run)), run, planned.number?.(object as never));
    }
    const write = this.#value(field.type, selected.nodes);
    return (object, run) => write(planned.value(object as never, run.context, argsOf(run)), run);
  }

  #start(planned: StartField, field: Field, selected: SelectedField): Write<object> {
    const place = this.statements.length;
    const slot = this.argumentSlots.of(field, first(selected));
    const argsOf = (run: Run) => run.args[slot] as Args;
    const scope: Scope = { shape: new RowShape(), aliases: new Aliases(), doors: new Set(), startsAt: place };
    // Its place is taken before what stands below it is compiled.
    const entry = {} as { -readonly [Part in keyof PlannedStatement]: PlannedStatement[Part] };
    this.statements.push(entry);
    const base = planned.plan.table as PgTable;
    const table = scope.aliases.of(base);
    const write = this.row(planned.plan, table, selected.nodes, scope);
    const key = bound((run) => run.keys[place]);
    const where = planned.where(table as never, key, this.binder(argsOf));
    entry.statement = statementOf(
      sql`select ${answerOf(scope.shape.row)} from ${base} as ${table} where ${where}`,
      scope.doors,
      "a row",
    );
    const { reader } = scope.shape;
    entry.read = (answer, ids) => readRow(answer, reader, ids);
    entry.find = (context, args) => planned.find(context, args[slot] as Args);
    return nullable<ReadRow>(field.type, (_, run) => run.answers[place] as ReadRow | undefined, write);
  }

  /** A value in memory of this type, null included. */
  #value(type: GraphQLOutputType, nodes: SelectedField["nodes"]): Write<unknown> {
    const inner = type instanceof GraphQLNonNull ? (type.ofType as GraphQLOutputType) : type;
    return nullable<never>(type, (value) => value as never, this.#present(inner, nodes));
  }

  #present(type: GraphQLOutputType, nodes: SelectedField["nodes"]): Write {
    if (isLeafType(type)) return leafText(type);
    if (type instanceof GraphQLList) {
      const list = listOf(this.#value(type.ofType, nodes));
      return (value: unknown, run: Run) => {
        if (Array.isArray(value)) return list(value, run);
        throw new Declined("a list is none");
      };
    }
    if (type instanceof GraphQLObjectType) return this.#object(type, nodes);
    throw new Unplanned(`${String(type)} is none of the planned kinds of types`);
  }

  #sharedValue(type: GraphQLOutputType, nodes: SelectedField["nodes"]) {
    const inner = type instanceof GraphQLNonNull ? (type.ofType as GraphQLOutputType) : type;
    if (!(inner instanceof GraphQLObjectType)) throw new TypeError("of the catalogue only objects are shared");
    const write = this.#object(inner, nodes);
    const texts = new SharedTexts();
    return (value: unknown, run: Run, number?: number): string => {
      // A member's row may name what is newer than this server's snapshot; the resolvers look again.
      if (value === undefined) throw new Declined("the snapshot does not hold it");
      if (value !== null) return texts.recall(value, run, write, number);
      if (inner === type) return "null";
      throw new Declined("something is null where the schema has no null");
    };
  }

  #object(type: GraphQLObjectType, nodes: SelectedField["nodes"]): Write<object> {
    const fields = this.book.fieldsOfObject(type.name, this.caller);
    return objectText<object>(
      this.selection.fieldsOf(type, setsOf(nodes)).map((selected) => {
        if (selected.name === "__typename") return [selected.key, JSON.stringify(type.name)];
        const field = fieldOf(type, selected);
        const planned = fields[selected.name] ?? ownProperty(field);
        return [selected.key, this.#objectField(field, selected, planned)];
      }),
    );
  }

  /** The field's arguments when the plan runs. */
  argsOf(field: Field, selected: SelectedField): (run: Run) => Args {
    if (field.args.length === 0) return () => noArgs;
    const slot = this.argumentSlots.of(field, first(selected));
    return (run) => run.args[slot] as Args;
  }

  binder(argsOf: (run: Run) => Args): Bind {
    return (read) => bound((run) => read(run.context, argsOf(run)));
  }

  objectType(name: string): GraphQLObjectType {
    const type = this.schema.getType(name);
    if (type instanceof GraphQLObjectType) return type;
    throw new TypeError(`${name} is no object type of the schema`);
  }
}

const noArgs: Args = {};

function first({ nodes }: SelectedField) {
  const [node] = nodes;
  if (!node) throw new TypeError("a selected field has no node");
  return node;
}

/** What the schema resolves by itself is the column of the same name. */
function ownColumn(field: Field, table: PgTable): RowField | undefined {
  const column = (table as unknown as Record<string, unknown>)[field.name];
  return field.resolve === undefined && is(column, Column) ? { kind: "column", source: column } : undefined;
}

/** What the schema resolves by itself is the property of the same name. */
function ownProperty(field: Field): ObjectField | undefined {
  if (field.resolve !== undefined || field.args.length > 0) return undefined;
  return { kind: "computed", value: (object: Record<string, unknown>) => object[field.name] };
}

/** Reads what a field needs out of the row. */
export function ownerOf(needs: Needs, { shape }: Pick<Scope, "shape">): (row: ReadRow) => Record<string, unknown> {
  const entries = Object.entries(needs).map(([name, need]) => {
    return { name, source: sourceOf(need), place: shape.placeOf(need) };
  });
  const [only, ...others] = entries;
  // Most fields need one value.
  if (only && others.length === 0) return (row) => ({ [only.name]: decodeOrNull(only.source, row[only.place]) });
  return (row) => {
    const values: Record<string, unknown> = {};
    for (const { name, source, place } of entries) values[name] = decodeOrNull(source, row[place]);
    return values;
  };
}

/** A null below a type that has none is an error, which the resolvers word. */
function nullable<Value>(
  type: GraphQLOutputType,
  read: (input: unknown, run: Run) => Value | null | undefined,
  write: Write<Value>,
): Write<unknown> {
  const mayBeNull = !(type instanceof GraphQLNonNull);
  return (input, run) => {
    const value = read(input, run);
    if (value !== null && value !== undefined) return write(value, run);
    if (mayBeNull) return "null";
    throw new Declined("something is null where the schema has no null");
  };
}
