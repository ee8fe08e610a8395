import { sql } from "drizzle-orm";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openDoor, type Db } from "../../src/db/client";
import { withDatabase } from "../../src/db/database-url";
import { migrationsDirectory } from "../../src/db/migrate";
import { readMigrations } from "../../src/db/migration-plan";
import { setUpDatabase } from "../../src/db/setup";
import type { TestServer } from "./test-server";

const templateLock = 7_223_019_002n;
const templatesKept = 4;
const testDatabaseLifetimeSeconds = 2 * 60 * 60;

/**
 * The name of a database that is set up and empty, for cloning: made once per state of the migrations and rights, by
 * whichever process comes first, and kept for later runs.
 */
export async function ensureTemplate(server: TestServer): Promise<string> {
  const name = `alliance_template_${fingerprint()}`;
  const admin = openDoor({ url: server.ownerUrl }, 1);
  try {
    if (await exists(admin, name)) return name;
    await admin.execute(sql`select pg_advisory_lock(${templateLock})`);
    if (!(await exists(admin, name))) await buildTemplate(admin, server, name);
    await sweep(admin);
    return name;
  } finally {
    // Ends the session and with it the lock.
    await admin.$client.end({ timeout: 5 });
  }
}

/** Its name says when it was made, so that what a killed run left behind is found by the next one. */
export async function cloneDatabase(admin: Db, template?: string): Promise<string> {
  const name = `alliance_test_${nowSeconds().toString(36)}_${randomBytes(5).toString("hex")}`;
  const source = template === undefined ? sql`` : sql` template ${sql.identifier(template)}`;
  await admin.execute(sql`create database ${sql.identifier(name)}${source}`);
  return name;
}

export async function dropDatabase(admin: Db, name: string): Promise<void> {
  await admin.execute(sql`drop database if exists ${sql.identifier(name)} with (force)`);
}

/** A template under its final name is complete; a build that was cut off never gets there. */
async function buildTemplate(admin: Db, server: TestServer, name: string): Promise<void> {
  const building = "alliance_template_building";
  await dropDatabase(admin, building);
  await admin.execute(sql`create database ${sql.identifier(building)}`);
  await setUpDatabase({ ...server, ownerUrl: withDatabase(server.ownerUrl, building) });
  await admin.execute(sql`alter database ${sql.identifier(building)} rename to ${sql.identifier(name)}`);
  // A connection to the template would make cloning fail.
  await admin.execute(sql`alter database ${sql.identifier(name)} with allow_connections false`);
}

/** Whatever decides how a fresh database looks. */
function fingerprint(): string {
  const hash = createHash("sha256");
  for (const migration of readMigrations(migrationsDirectory)) hash.update(migration.sha256);
  for (const file of ["db/roles.ts", "db/grants.ts", "db/migrate.ts", "db/setup.ts", "jobs/install-jobs.ts"]) {
    hash.update(readFileSync(join(__dirname, "..", "..", "src", file)));
  }
  return hash.digest("hex").slice(0, 16);
}

async function sweep(admin: Db): Promise<void> {
  const found = await admin.execute<{ name: string }>(sql`
    select datname as name from pg_database
    where datname like 'alliance\\_template\\_%' or datname like 'alliance\\_test\\_%' order by oid desc
  `);
  const names = found.map((row) => row.name);
  const oldTemplates = names.filter((name) => name.startsWith("alliance_template_")).slice(templatesKept);
  const leftBehind = names.filter((name) => ageSeconds(name) > testDatabaseLifetimeSeconds);
  for (const name of [...oldTemplates, ...leftBehind]) await dropDatabase(admin, name);
}

function ageSeconds(name: string): number {
  const made = /^alliance_test_([0-9a-z]+)_/.exec(name)?.[1];
  return made === undefined ? 0 : nowSeconds() - Number.parseInt(made, 36);
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function exists(admin: Db, name: string): Promise<boolean> {
  return (await admin.execute(sql`select 1 from pg_database where datname = ${name}`)).length > 0;
}
