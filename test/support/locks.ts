import { lockOrder } from "../../src/db/lock-order";
import type { HeardStatement } from "./member-statements";

export interface Lock {
  readonly table: string;
  readonly statement: string;
  /** Lets others share it, as `for share` does. */
  readonly shared: boolean;
}

/** The row locks that one transaction takes, in order; those of foreign key checks do not show in statements. */
export interface Locking {
  readonly operation: string;
  readonly locks: readonly Lock[];
}

/** The transactions among statements: on each connection from `begin` to its end. */
export function lockingsOf(heard: readonly HeardStatement[]): Locking[] {
  const open = new Map<number, { operation: string; locks: Lock[] }>();
  const all: Locking[] = [];
  for (const { operation, text, connection } of heard) {
    const transaction = open.get(connection);
    if (/^begin\b/i.test(text)) {
      const begun = { operation, locks: [] };
      open.set(connection, begun);
      all.push(begun);
    } else if (/^(commit|rollback)\b/i.test(text)) open.delete(connection);
    else transaction?.locks.push(...locksOf(text));
  }
  return all;
}

const tableName = /"?(alliance|personal)"?\."?(\w+)"?/;
const writing = new RegExp(`(?:insert into|update|delete from) ${tableName.source}`, "gi");
const reading = new RegExp(`(?:from|join) ${tableName.source}`, "gi");
const lockClause = /\bfor (?:no key update|update|key (share)|(share))\b/i;

/** What a statement locks by writing it, or by `for update` and its like. */
export function locksOf(text: string): Lock[] {
  const statement = text.replaceAll(/\s+/g, " ");
  const clause = lockClause.exec(statement);
  const locks = (pattern: RegExp, shared: boolean) =>
    [...statement.matchAll(pattern)].map(([, schema, table]) => ({ table: `${schema}.${table}`, statement, shared }));
  return [...locks(writing, false), ...(clause ? locks(reading, Boolean(clause[1] ?? clause[2])) : [])];
}

/**
 * Where a transaction goes back in the order, locks a table that has no place in it, or wants for itself what it shared
 * with others before: one line each. A table that it has locked for itself already it may come back to.
 */
export function disorderOf({ operation, locks }: Locking): string[] {
  const found: string[] = [];
  const held = new Set<string>();
  let furthest = "";
  for (const { table, shared } of locks) {
    if (held.has(table)) continue;
    if (placeOf(table) < 0) found.push(`${operation} locks ${table}, which has no place in the order`);
    else if (placeOf(table) < placeOf(furthest)) found.push(`${operation} locks ${table} after ${furthest}`);
    else if (table === furthest && !shared) found.push(`${operation} locks ${table} for itself after it shared it`);
    else furthest = table;
    if (!shared) held.add(table);
  }
  return found;
}

export function placeOf(table: string): number {
  return lockOrder.findIndex((step) => step.table === table);
}

/** Whether a lock keeps foreign key checks of others waiting. */
export function stopsForeignKeys({ statement, shared }: Lock): boolean {
  return !shared && /^delete\b|\bfor update\b/i.test(statement);
}
