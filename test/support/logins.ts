import { sql } from "drizzle-orm";
import { randomBytes } from "node:crypto";
import type { Db } from "../../src/db/client";
import { withLogin } from "../../src/db/database-url";

export interface TestLogin {
  readonly name: string;
  /** The given database's url, logging in as this login. */
  url(databaseUrl: string): string;
  drop(): Promise<void>;
}

/** A login of the server's own, as an administrator would make it. Logins belong to the whole server: drop it. */
export async function makeLogin(admin: Db): Promise<TestLogin> {
  const name = `alliance_test_${randomBytes(5).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  await admin.execute(sql`create role ${sql.identifier(name)} login password ${sql.raw(`'${password}'`)}`);
  return {
    name,
    url: (databaseUrl) => withLogin(databaseUrl, name, password),
    drop: async () => {
      await admin.execute(sql`drop role ${sql.identifier(name)}`);
    },
  };
}
