import { is, sql, type Column, type SQL } from "drizzle-orm";
import { PgTimestamp } from "drizzle-orm/pg-core";
import { maxPageSize } from "../connection";
import type { Args, PageWanted, PlanContext } from "./fields";
import { instantText } from "./instants";
import { Declined } from "./run";

/** One page that was asked for. */
export interface OpenedPage {
  readonly limit: number;
  /** The keyset to go on after; null at the beginning. */
  readonly after: readonly string[] | null;
}

/**
 * Reads `first` and `after` as `pageRequest` does (graphql/connection.ts); what that refuses, or a cursor whose place is
 * not known yet, is declined.
 */
export function openPage(
  { ids }: PlanContext,
  args: Args,
  keys: number,
  place: (() => readonly unknown[]) | undefined,
): OpenedPage {
  const { first, after } = args as { first: number; after?: string | null };
  if (first < 0 || first > maxPageSize) throw new Declined("first is out of range");
  if (after === undefined || after === null) return { limit: first, after: null };
  if (!place) throw new Declined("whose page it is shows only in the row");
  const keyset = ids.cursors.open(JSON.stringify(place()), after);
  if (keyset?.length !== keys) throw new Declined("after is no cursor of this page");
  return { limit: first, after: keyset };
}

/**
 * The condition that a row comes after the keyset. It is there on first pages too, with bounds that every row passes: the
 * text of the statement stays the same, and the index is used either way.
 */
export function comesAfter(wanted: PageWanted, bind: (part: number, otherwise: string) => SQL): SQL {
  const { keyset, direction } = wanted;
  const columns = sql.join(
    keyset.map((column) => sql`${column}`),
    sql`, `,
  );
  const bounds = sql.join(
    keyset.map((column, part) => sql`${bind(part, startOf(column, direction))}::${sql.raw(typeOf(column))}`),
    sql`, `,
  );
  return direction === "rising" ? sql`(${columns}) > (${bounds})` : sql`(${columns}) < (${bounds})`;
}

export function orderOf({ keyset, direction }: PageWanted): SQL {
  return sql.join(
    keyset.map((column) => (direction === "rising" ? sql`${column} asc` : sql`${column} desc`)),
    sql`, `,
  );
}

/** The keyset of a row as the cursors hold it: what `connection` is given by the resolvers. */
export function keysetOf(columns: readonly Column[], values: readonly unknown[]): string[] {
  return columns.map((column, part) => {
    const value = values[part];
    return is(column, PgTimestamp) ? instantText(value as number) : (value as string);
  });
}

function startOf(column: Column, direction: PageWanted["direction"]): string {
  if (is(column, PgTimestamp)) return direction === "rising" ? "-infinity" : "infinity";
  return direction === "rising" ? "00000000-0000-0000-0000-000000000000" : "ffffffff-ffff-ffff-ffff-ffffffffffff";
}

function typeOf(column: Column): string {
  return is(column, PgTimestamp) ? "timestamptz" : "uuid";
}
