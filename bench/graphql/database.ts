import { randomBytes } from "node:crypto";
import { openDoor } from "../../src/db/client";
import { withDatabase } from "../../src/db/database-url";
import { doorsOf } from "../../src/db/setup";
import { onStopSignals } from "../../src/cli/stop-signals";
import { cloneDatabase, dropDatabase, ensureTemplate } from "../../test/support/template-database";
import { joinTestServer, type TestServer } from "../../test/support/test-server";

/** A database of the benchmark's own, and how each of its servers reaches it. */
export interface BenchDatabase {
  readonly name: string;
  readonly ownerUrl: string;
  /** Of the roles `alliance_app` and `alliance_vault`; undefined where they cannot log in themselves. */
  readonly appUrl: string | undefined;
  readonly vaultUrl: string | undefined;
  readonly masterKey: Buffer;
}

export function withBenchDatabase(work: (database: BenchDatabase, cleanup: Cleanup) => Promise<void>): Promise<void> {
  return withBenchDatabases(1, ([database], cleanup) => work(database as BenchDatabase, cleanup));
}

/**
 * Works on migrated, empty databases, on the project's embedded server or the one that DATABASE_URL names, and drops
 * them afterwards, also when Ctrl-C or SIGTERM ends the work early. What else the work started it ends itself: `cleanup`
 * takes what is to be done before they are dropped. A run that was killed leaves databases behind, which a later test run
 * sweeps by their names.
 */
export async function withBenchDatabases(
  count: number,
  work: (databases: readonly BenchDatabase[], cleanup: Cleanup) => Promise<void>,
): Promise<void> {
  const { server, leave } = await joinTestServer();
  const admin = openDoor({ url: server.ownerUrl }, 1);
  const cleanup = new Cleanup();
  const stop = stopRequest();
  try {
    const databases: BenchDatabase[] = [];
    while (databases.length < count) {
      const name = await cloneDatabase(admin, await ensureTemplate(server));
      cleanup.add(() => dropDatabase(admin, name));
      databases.push(benchDatabase(server, name));
    }
    await Promise.race([work(databases, cleanup), stop.requested]);
  } finally {
    await cleanup.run();
    await admin.$client.end({ timeout: 5 });
    await leave();
    stop.release();
  }
  // What the work still waits for failed when its servers and its database went away.
  if (stop.isRequested()) process.exit(130);
}

function benchDatabase(server: TestServer, name: string): BenchDatabase {
  const ownerUrl = withDatabase(server.ownerUrl, name);
  const { app, vault } = doorsOf({ ...server, ownerUrl });
  const ownLogins = app.role === undefined && vault.role === undefined;
  return {
    ...{ name, ownerUrl, masterKey: randomBytes(32) },
    ...(ownLogins ? { appUrl: app.url, vaultUrl: vault.url } : { appUrl: undefined, vaultUrl: undefined }),
  };
}

/** What must be undone, last first. */
export class Cleanup {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #isRunning = false;

  /** A step that comes too late, since the work was stopped meanwhile, is done at once. */
  add(step: () => Promise<unknown>): void {
    if (this.#isRunning) void step();
    else this.#steps.unshift(step);
  }

  async run(): Promise<void> {
    this.#isRunning = true;
    for (const step of this.#steps.splice(0)) await step();
  }
}

function stopRequest() {
  let isRequested = false;
  let release: () => void = () => undefined;
  const requested = new Promise<void>((resolve) => {
    release = onStopSignals(
      () => {
        isRequested = true;
        console.error("Stopping: the servers are ended and the database is dropped; once more stops at once.");
        resolve();
      },
      () => process.exit(130),
    );
  });
  return { requested, isRequested: () => isRequested, release };
}
