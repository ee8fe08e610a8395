import { sql } from "drizzle-orm";
import { join } from "node:path";
import { openDoor, type Db, type Queryable, type Tx } from "./client";
import { DatabaseRefusal, serverErrorOf, sqlStateOf } from "./failures";
import { pendingMigrations, readMigrations, type AppliedMigration, type MigrationFile } from "./migration-plan";
import { inTransaction } from "./transaction";

export interface MigrateOptions {
  readonly ownerUrl: string;
  /** Where the numbered `.sql` files lie; the product's own by default. */
  readonly directory?: string;
  readonly log?: (line: string) => void;
}

/** The same two folders up from the source and from what is built of it. */
export const migrationsDirectory = join(__dirname, "..", "..", "drizzle");

/** Any number that nothing else in the database locks by. Advisory locks are per database. */
const migrationLock = 7_223_019_001n;

/**
 * Brings the schema up to date and returns the names of what this call applied. Any number of processes may call it at
 * once. Every migration is a transaction of its own that first takes the lock and then looks again at what is applied:
 * with the lock inside the transaction, no broken connection can leave it behind or lose it half-way.
 *
 * Throws a DatabaseRefusal, before anything is changed, when files and database do not belong together.
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const log = options.log ?? (() => undefined);
  const files = readMigrations(options.directory ?? migrationsDirectory);
  const owner = openDoor({ url: options.ownerUrl }, 1);
  const applied: string[] = [];
  try {
    for (;;) {
      const name = await inTransaction(owner, (tx) => applyNext(tx, files, log));
      if (name === undefined) return { applied };
      applied.push(name);
    }
  } finally {
    await owner.$client.end({ timeout: 5 });
  }
}

/** The name of the last applied migration; undefined for a database without any. Every role may ask. */
export async function schemaVersion(db: Queryable): Promise<string | undefined> {
  try {
    return (await readApplied(db)).at(-1)?.name;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What `schemaVersion` answers when the database is up to date. */
export function expectedSchemaVersion(directory = migrationsDirectory): string | undefined {
  return readMigrations(directory).at(-1)?.name;
}

/** Holds until the transaction ends; whatever changes the schema or its grants takes it. */
export async function lockMigrations(tx: Tx, log: (line: string) => void): Promise<void> {
  const [got] = await tx.execute<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(${migrationLock}) as locked`,
  );
  if (got?.locked) return;
  log("Waiting for another process that is setting up the database.");
  await tx.execute(sql`select pg_advisory_xact_lock(${migrationLock})`);
}

async function applyNext(
  tx: Tx,
  files: readonly MigrationFile[],
  log: (line: string) => void,
): Promise<string | undefined> {
  await lockMigrations(tx, log);
  await ensureJournal(tx);
  const [next] = pendingMigrations(files, await readApplied(tx));
  if (!next) return undefined;
  log(`Applying ${next.name}.`);
  await applyStatements(tx, next);
  await tx.execute(sql`
    insert into alliance_migrations.applied (name, sha256, applied_at) values (${next.name}, ${next.sha256}, now())
  `);
  return next.name;
}

async function ensureJournal(tx: Tx): Promise<void> {
  const [found] = await tx.execute<{ journal: string | null }>(
    sql`select to_regclass('alliance_migrations.applied')::text as journal`,
  );
  if (found?.journal) return;
  await tx.execute(sql`create schema if not exists alliance_migrations`);
  await tx.execute(sql`
    create table alliance_migrations.applied (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null
    )
  `);
}

async function readApplied(db: Db | Tx | Queryable): Promise<AppliedMigration[]> {
  return [
    ...(await db.execute<{ name: string; sha256: string }>(
      sql`select name, sha256 from alliance_migrations.applied order by name collate "C"`,
    )),
  ];
}

async function applyStatements(tx: Tx, migration: MigrationFile): Promise<void> {
  for (const [index, statement] of migration.statements.entries()) {
    try {
      await tx.execute(sql.raw(statement));
    } catch (error) {
      const said = serverErrorOf(error);
      if (!said) throw error;
      throw new DatabaseRefusal(
        `Migration ${migration.name} failed at statement ${index + 1} of ${migration.statements.length}: ` +
          `${said.message}. Nothing of it was kept.`,
        { cause: error },
      );
    }
  }
}

/** 42P01 undefined table, 3F000 undefined schema. */
function isMissing(error: unknown): boolean {
  return ["42P01", "3F000"].includes(sqlStateOf(error) ?? "");
}
