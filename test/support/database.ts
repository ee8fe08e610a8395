import { openDatabase, openDoor, type Database, type StatementListener } from "../../src/db/client";
import { withDatabase } from "../../src/db/database-url";
import { doorsOf } from "../../src/db/setup";
import { cloneDatabase, dropDatabase, ensureTemplate } from "./template-database";
import { joinTestServer } from "./test-server";

export interface TestDatabase {
  readonly database: Database;
  /** Of the same database, for what only the owner may do. */
  readonly ownerUrl: string;
  /** Not needed at the end of a file: whatever it made is dropped then. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Without tables, roles and rights, for tests of what makes them. */
  readonly empty?: boolean;
  readonly poolSize?: number;
  /** Told every statement the application makes. */
  readonly onStatement?: StatementListener;
}

const made: TestDatabase[] = [];
const joined: (() => Promise<void>)[] = [];

/** A database of the caller's own, migrated and empty. Call it in `beforeAll` or in a test. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { server, leave } = await joinTestServer();
  joined.push(leave);
  const template = options.empty ? undefined : await ensureTemplate(server);
  const admin = openDoor({ url: server.ownerUrl }, 1);
  try {
    const name = await cloneDatabase(admin, template);
    const ownerUrl = withDatabase(server.ownerUrl, name);
    const doors = doorsOf({ ...server, ownerUrl });
    const database = openDatabase({ ...doors, poolSize: options.poolSize ?? 4, onStatement: options.onStatement });
    const test = { database, ownerUrl, drop: once(() => discard(server.ownerUrl, name, database)) };
    made.push(test);
    return test;
  } finally {
    await admin.$client.end({ timeout: 5 });
  }
}

// Hooks may not be added from within a hook, but this file is loaded while a test file declares its tests.
afterAll(async () => {
  for (const test of made.splice(0)) await test.drop();
  for (const leave of joined.splice(0)) await leave();
});

async function discard(adminUrl: string, name: string, database: Database): Promise<void> {
  await database.close();
  const admin = openDoor({ url: adminUrl }, 1);
  try {
    await dropDatabase(admin, name);
  } finally {
    await admin.$client.end({ timeout: 5 });
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
