import { arrayLiteral } from "./arrays";
import type { Db } from "./client";

const preparedByDb = new WeakMap<Db, Map<string, unknown>>();

/**
 * One prepared statement per pool and name. Only drizzle's `.prepare("name")` makes the driver use server-side prepared
 * statements, which measured 2 to 2.6 times the rate; lists go in as one array parameter (`= any($1::uuid[])`), so that
 * the text of the statement never changes.
 */
export function prepareOnce<Statement>(db: Db, name: string, build: (db: Db, name: string) => Statement): Statement {
  const statements = preparedByDb.get(db) ?? new Map<string, unknown>();
  preparedByDb.set(db, statements);
  const known = statements.get(name) as Statement | undefined;
  if (known) return known;
  const statement = build(db, name);
  statements.set(name, statement);
  return statement;
}

/**
 * A list of ids as PostgreSQL's array text, for `= any(${sql.placeholder("ids")}::uuid[])`. Quoted, so that a text with a
 * comma in it is refused as an id instead of being read as two.
 */
export function idArrayText(ids: readonly string[]): string {
  return arrayLiteral(ids);
}
