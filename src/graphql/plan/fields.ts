import type { Column, SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Actor } from "../../auth/core/actor";
import type { Scope } from "../../auth/core/policy";
import type { Action } from "../../auth/core/policy.table";
import type { RequestContext } from "../../context";
import type { Db } from "../../db/client";
import type { NodeType } from "../global-id";
import { Declined } from "./run";
import type { Needs, Source, ValuesOf } from "./sources";

/**
 * The words in which a room says how its objects are read in one statement and written as text: its `<room>.plan.ts`.
 *
 * A field that the schema resolves by itself needs no word here: of a row it is the column of its name, of an object its
 * property. What the resolvers compute is said again, by the same functions of the room's core. A document that asks for
 * anything else is resolved as if there were no planner.
 */
export type RowField = Withheld | ColumnField | SealedField | DerivedField | RowsField | PageField;
export type ObjectField = Withheld | ComputedField | StartField;
export type RootField = Withheld | ComputedField | StartField | PageField;

/** What of a caller a plan depends on: which grants it has, not who it is. Plans are kept for each of these. */
export interface Capabilities {
  readonly kind: Actor["kind"];
  /** How far the caller sees. Whose rows those are, such as a partner's id, is bound when the plan runs. */
  readonly reach: (action: Action) => Scope["kind"];
  /** The id of the partner or member that the caller is, for `${…}::uuid`; null for others. */
  readonly ownId: SQL;
}

/** What a room's functions are given; its `catalogue` is one snapshot for all of the answer. */
export type PlanContext = RequestContext;

/** The arguments of a field, as graphql-js gives them to a resolver. */
export type Args = Readonly<Record<string, unknown>>;

/** Puts a value that is known when the plan runs into the statement. The SQL around it says its type: `${…}::uuid`. */
export type Bind = (read: (context: PlanContext, args: Args) => unknown) => SQL;

/** How rows of a table become objects of a type. */
export interface RowPlan<Table extends PgTable = PgTable> {
  readonly type: string;
  readonly table: Table;
  readonly fields: (table: Table, caller: Capabilities) => Readonly<Record<string, RowField>>;
  /** True for a row that only the resolvers know how to answer. */
  readonly declineIf?: (table: Table) => Source<boolean>;
}

/** How objects in memory are written: those of the published catalogue, and values that a field computed. */
export interface ObjectPlan {
  readonly type: string;
  readonly fields: (caller: Capabilities) => Readonly<Record<string, ObjectField>>;
}

/** Fields that a room adds to the rows of another one, of which it knows a column or two. */
export interface RowExtension {
  readonly type: string;
  readonly fields: (table: never, caller: Capabilities) => Readonly<Record<string, RowField>>;
}

/** What one room adds to the planner; its row plans are reached through the fields that answer them. */
export interface RoomPlan {
  readonly extensions?: readonly RowExtension[];
  readonly objects?: readonly ObjectPlan[];
  /** Fields of `Query`. One that is undefined is left to the resolvers for this caller. */
  readonly roots?: (caller: Capabilities) => Readonly<Record<string, RootField | undefined>>;
}

// Tables differ in their columns, and a plan takes its own alone.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyRowPlan = RowPlan<any>;

/** Null for this caller, and never selected. */
export interface Withheld {
  readonly kind: "withheld";
}

/** A column of another name, or a value that stands beside the columns. */
export interface ColumnField {
  readonly kind: "column";
  readonly source: Column | Source<unknown>;
}

/** The global id of something of a member. All of an answer are sealed together. */
export interface SealedField {
  readonly kind: "sealed";
  readonly type: NodeType;
  readonly id: Column;
  readonly memberId: Column;
}

/** Computed from values of the row; objects that it answers are written by the plan of their type. */
export interface DerivedField {
  readonly kind: "derived";
  readonly needs: Needs;
  readonly value: (values: never, context: PlanContext, args: Args) => unknown;
  readonly shared: boolean;
  readonly door?: DoorOf;
}

/** Rows of another table that belong to this one, all of them. */
export interface RowsField {
  readonly kind: "rows";
  readonly plan: AnyRowPlan;
  readonly select: (table: never, bind: Bind) => RowsWanted;
  readonly declineIf?: Source<boolean>;
}

/** Rows of another table as a connection: one page of them. */
export interface PageField {
  readonly kind: "page";
  readonly plan: AnyRowPlan;
  readonly select: (table: never, bind: Bind) => PageWanted;
  /** Of the row above, for `place`; none where the page stands at the root. */
  readonly needs: Needs;
  /** Which connection, whose and filtered how: the resolver seals its cursors with the same. */
  readonly place: (owner: never, args: Args) => readonly unknown[];
  readonly declineIf?: Source<boolean>;
  /** Arguments that only the resolvers understand. */
  readonly declineArgs?: (args: Args) => boolean;
}

/** One row that is looked for by a key: where a statement starts. */
export interface StartField {
  readonly kind: "start";
  readonly plan: AnyRowPlan;
  /** The key; null where there is nothing to find. */
  readonly find: (context: PlanContext, args: Args) => string | null | Promise<string | null>;
  readonly where: (table: never, key: SQL, bind: Bind) => SQL;
}

/** Computed from an object in memory. */
export interface ComputedField {
  readonly kind: "computed";
  readonly value: (object: never, context: PlanContext, args: Args) => unknown;
  readonly shared?: boolean;
  /** Of the object above: names the value among the others of the catalogue, where one is known. */
  readonly number?: (object: never) => number | undefined;
}

export interface RowsWanted {
  readonly where: SQL | undefined;
  readonly orderBy: readonly SQL[];
}

export interface PageWanted {
  readonly where: SQL | undefined;
  /** Unique together, in one direction, not null; the last one a UUID. */
  readonly keyset: readonly Column[];
  readonly direction: "rising" | "falling";
}

/** The door of the database that a statement with the field must go through; the application's otherwise. */
export type DoorOf = (database: RequestContext["database"]) => Db;

export function rowPlan<Table extends PgTable>(plan: RowPlan<Table>): RowPlan<Table> {
  return plan;
}

export function extension<Columns>(
  type: string,
  fields: (table: Columns, caller: Capabilities) => Readonly<Record<string, RowField>>,
): RowExtension {
  return { type, fields };
}

/** A field of `Query`, where the caller may ask it; why not, the resolvers say. */
export function askedBy<Field extends RootField>(
  caller: Capabilities,
  action: Action,
  field: Field,
): Field | undefined {
  return caller.reach(action) === "none" ? undefined : field;
}

export const withheld: Withheld = { kind: "withheld" };

export function column(source: Column | Source<unknown>): ColumnField {
  return { kind: "column", source };
}

export function sealed(type: NodeType, id: Column, memberId: Column): SealedField {
  return { kind: "sealed", type, id, memberId };
}

export function derived<N extends Needs>(
  needs: N,
  value: (values: ValuesOf<N>, context: PlanContext, args: Args) => unknown,
  door?: DoorOf,
): DerivedField {
  return { kind: "derived", needs, value, shared: false, ...(door ? { door } : {}) };
}

/**
 * An object of the published catalogue. Its text is written once for each language and snapshot, and kept: nothing below
 * it may depend on who asks beyond the capabilities that the plan was made for.
 */
export function fromCatalogue<N extends Needs>(
  needs: N,
  value: (values: ValuesOf<N>, context: PlanContext) => object | null | undefined,
): DerivedField {
  return { kind: "derived", needs, value, shared: true };
}

export function rows<Table extends PgTable>(
  plan: RowPlan<Table>,
  select: (table: Table, bind: Bind) => RowsWanted,
  declineIf?: Source<boolean>,
): RowsField {
  return { kind: "rows", plan, select, ...(declineIf ? { declineIf } : {}) };
}

export function page<Table extends PgTable, N extends Needs>(
  plan: RowPlan<Table>,
  options: {
    readonly needs: N;
    readonly place: (owner: ValuesOf<N>, args: Args) => readonly unknown[];
    readonly select: (table: Table, bind: Bind) => PageWanted;
    readonly declineIf?: Source<boolean>;
    readonly declineArgs?: (args: Args) => boolean;
  },
): PageField {
  return { kind: "page", plan, ...options };
}

export function start<Table extends PgTable>(
  plan: RowPlan<Table>,
  options: {
    readonly find: (context: PlanContext, args: Args) => string | null | Promise<string | null>;
    readonly where: (table: Table, key: SQL, bind: Bind) => SQL;
  },
): StartField {
  return { kind: "start", plan, ...options };
}

export function computed<Parent>(value: (object: Parent, context: PlanContext, args: Args) => unknown): ComputedField {
  return { kind: "computed", value };
}

/**
 * The same of an object of the published catalogue, whose text is kept as that of `fromCatalogue`. A number from 0 on by
 * which the parent knows it makes the text found sooner; several objects may have the same, one after the other.
 */
export function computedFromCatalogue<Parent>(
  value: (object: Parent, context: PlanContext) => object | null | undefined,
  number: (object: Parent) => number | undefined = () => undefined,
): ComputedField {
  return { kind: "computed", value, shared: true, number };
}

/** Leaves the request to the resolvers: the snapshot does not hold what is asked for, and may be behind. */
export function notYet(what: string): never {
  throw new Declined(`the snapshot holds no such ${what}`);
}
