import { sql } from "drizzle-orm";
import { installJobs } from "../jobs/install-jobs";
import { openDoor, type Db, type Door } from "./client";
import { addressOf, withDatabase, withLogin } from "./database-url";
import { DatabaseRefusal, sqlStateOf } from "./failures";
import { migrate } from "./migrate";
import { ensureRoles, type AllianceRole } from "./roles";
import { refuseUnfitServer } from "./server-fitness";

export interface DatabaseSetup {
  /** Owns the schema: applies migrations and grants rights, and does nothing else. */
  readonly ownerUrl: string;
  /** Of the roles `alliance_app` and `alliance_vault`, where they log in themselves (the embedded server). */
  readonly appPassword?: string;
  readonly vaultPassword?: string;
  /** Other logins of the same database for the application (`ALLIANCE_APP_DATABASE_URL`, `ALLIANCE_VAULT_DATABASE_URL`). */
  readonly appUrl?: string;
  readonly vaultUrl?: string;
  /** Makes the database named by `ownerUrl` where it is missing; only done on servers of our own. */
  readonly createDatabase?: boolean;
  /** Where the migrations lie, for tests. */
  readonly directory?: string;
  readonly log?: (line: string) => void;
}

export interface ReadyDatabase {
  /** Names of the migrations that were applied just now. */
  readonly applied: readonly string[];
  readonly doors: { readonly app: Door; readonly vault: Door };
}

/**
 * Everything that stands between an address and `openDatabase({ ...doors, poolSize })`: a fit server, the schema, the
 * roles and their rights, and the proof that both doors open. Any number of processes may do it at once.
 *
 * Throws a DatabaseRefusal, or an error that `describeDatabaseFailure` turns into one line.
 */
export async function setUpDatabase(setup: DatabaseSetup): Promise<ReadyDatabase> {
  if (setup.createDatabase) await createDatabaseIfMissing(setup.ownerUrl);
  await withOwner(setup.ownerUrl, (owner) => refuseUnfitServer(owner));
  const { applied } = await migrate(setup);
  await ensureRoles(setup.ownerUrl, {
    ...setup,
    ...(setup.appUrl ? { appLogin: addressOf(setup.appUrl).user } : {}),
    ...(setup.vaultUrl ? { vaultLogin: addressOf(setup.vaultUrl).user } : {}),
  });
  await installJobs(setup.ownerUrl, setup.log);
  const doors = doorsOf(setup);
  // One after the other: what the vault may, it may partly through the application, whose refusal says more.
  await proveDoor(doors.app);
  await proveDoor(doors.vault);
  return { applied, doors };
}

/** How the two roles are reached, for a database that is already set up. */
export function doorsOf(setup: DatabaseSetup): { app: Door; vault: Door } {
  return {
    app: doorOf("alliance_app", setup.ownerUrl, setup.appUrl, setup.appPassword),
    vault: doorOf("alliance_vault", setup.ownerUrl, setup.vaultUrl, setup.vaultPassword),
  };
}

function doorOf(role: AllianceRole, ownerUrl: string, url: string | undefined, password: string | undefined): Door {
  if (url !== undefined) return addressOf(url).user === role ? { url } : { url, role };
  if (password !== undefined) return { url: withLogin(ownerUrl, role, password) };
  return { url: ownerUrl, role };
}

async function createDatabaseIfMissing(ownerUrl: string): Promise<void> {
  const { database } = addressOf(ownerUrl);
  await withOwner(withDatabase(ownerUrl, "postgres"), async (maintenance) => {
    const found = await maintenance.execute(sql`select 1 from pg_database where datname = ${database}`);
    if (found.length > 0) return;
    try {
      await maintenance.execute(sql`create database ${sql.identifier(database)}`);
    } catch (error) {
      // Another process made it in between: duplicate database, or the unique index behind it.
      if (!["42P04", "23505"].includes(sqlStateOf(error) ?? "")) throw error;
    }
  });
}

/** The application must not be able to do what the owner can, whatever the address given for it says. */
async function proveDoor(door: Door): Promise<void> {
  const db = openDoor(door, 1);
  try {
    const [found] = await db.execute<{ user: string; mighty: boolean }>(sql`
      select current_user::text as user, rolsuper or has_schema_privilege('alliance', 'create') as mighty
      from pg_roles where rolname = current_user
    `);
    if (!found?.mighty) return;
    throw new DatabaseRefusal(
      `The application would work as "${found.user}", which may change the schema; expected a login without that right.`,
    );
  } finally {
    await db.$client.end({ timeout: 1 });
  }
}

async function withOwner<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDoor({ url }, 1);
  try {
    return await work(db);
  } finally {
    await db.$client.end({ timeout: 1 });
  }
}
