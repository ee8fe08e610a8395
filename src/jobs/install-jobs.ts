import { sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { openDoor, type Tx } from "../db/client";
import { lockMigrations } from "../db/migrate";
import { inTransaction } from "../db/transaction";

/** The schema of the job queue's own tables. */
export const jobsSchema = "graphile_worker";

/**
 * Makes or renews the tables of the job queue and lets the application use them. For the owner, after the roles were
 * made (db/setup.ts); repeating it changes nothing, and any number of processes may do it at once.
 *
 * The queue's tables have row-level security switched on without a policy, which keeps everyone but their owner out; the
 * application's role, which owns nothing, gets a policy that lets it see every row.
 */
export async function installJobs(ownerUrl: string, log: (line: string) => void = () => undefined): Promise<void> {
  const owner = openDoor({ url: ownerUrl }, 1);
  try {
    await inTransaction(owner, async (tx) => {
      await lockMigrations(tx, log);
      await runMigrations({ connectionString: ownerUrl, schema: jobsSchema, maxPoolSize: 1 });
      await grantUse(tx);
    });
  } finally {
    await owner.$client.end({ timeout: 5 });
  }
}

async function grantUse(tx: Tx): Promise<void> {
  const schema = sql.identifier(jobsSchema);
  await tx.execute(sql`grant usage on schema ${schema} to alliance_app`);
  await tx.execute(sql`grant select, insert, update, delete on all tables in schema ${schema} to alliance_app`);
  await tx.execute(sql`revoke insert, update, delete on ${schema}.migrations from alliance_app`);
  await tx.execute(sql`grant usage on all sequences in schema ${schema} to alliance_app`);
  await tx.execute(sql`grant execute on all functions in schema ${schema} to alliance_app`);
  const guarded = await tx.execute<{ name: string }>(sql`
    select relname as name from pg_class
    where relnamespace = (select oid from pg_namespace where nspname = ${jobsSchema})
      and relkind = 'r' and relrowsecurity and relname <> 'migrations'
      and not exists (select from pg_policy where polrelid = pg_class.oid and polname = 'alliance_app')
  `);
  for (const { name } of guarded) {
    const table = sql`${schema}.${sql.identifier(name)}`;
    await tx.execute(sql`create policy alliance_app on ${table} to alliance_app using (true) with check (true)`);
  }
}
