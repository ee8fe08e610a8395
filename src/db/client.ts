import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { PgTransaction } from "drizzle-orm/pg-core";
import type { PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";

export type Db = PostgresJsDatabase<Record<string, never>> & { $client: Sql };
export type Tx = PgTransaction<PostgresJsQueryResultHKT, Record<string, never>, Record<string, never>>;
/** What queries take as first argument: a pool for single statements, a transaction for several. */
export type Queryable = Db | Tx;

/** The two doors to one database. Only code that needs personal data or API keys is handed `vault`. */
export interface Database {
  readonly app: Db;
  readonly vault: Db;
  close(): Promise<void>;
}

export interface Door {
  readonly url: string;
  /** Role to act as after connecting, where the url logs in as somebody else (the owner). */
  readonly role?: "alliance_app" | "alliance_vault";
}

export interface DatabaseSettings {
  readonly app: Door;
  readonly vault: Door;
  readonly poolSize: number;
}

export function openDatabase(settings: DatabaseSettings): Database {
  const app = openDoor(settings.app, settings.poolSize);
  const vault = openDoor(settings.vault, Math.max(2, Math.floor(settings.poolSize / 4)));
  return {
    app,
    vault,
    close: async () => {
      await Promise.all([app.$client.end({ timeout: 5 }), vault.$client.end({ timeout: 5 })]);
    },
  };
}

function openDoor(door: Door, max: number): Db {
  const client = postgres(door.url, {
    max,
    onnotice: () => undefined,
    // Types are known from the tables; asking the server for them costs a round trip per connection.
    fetch_types: false,
    connection: { application_name: "alliance", TimeZone: "UTC", ...(door.role ? { role: door.role } : {}) },
  });
  return drizzle({ client });
}
