import type { Database } from "../../src/db/client";

/** The statements that go through the pools of a database while `work` runs; those of transactions are not among them. */
export async function statementsOf(database: Database, work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const restore = [database.app, database.vault].map(({ $client }) => {
    const original = $client.unsafe;
    $client.unsafe = ((...args: Parameters<typeof original>) => {
      statements.push(args[0]);
      return original(...args);
    }) as typeof original;
    return () => ($client.unsafe = original);
  });
  try {
    await work();
  } finally {
    for (const each of restore) each();
  }
  return statements;
}
