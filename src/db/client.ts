import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres, { type Options, type PostgresType, type Sql } from "postgres";
import { arrayLiteral } from "./arrays";
import { refuseUnreadableUrl } from "./database-url";
import { TransactionLanes } from "./transaction-lanes";

/**
 * A pool for single statements. Its `transaction` and its client's `begin` go through the guard (transaction-lanes.ts),
 * so no code can open an unguarded transaction by another name; `inTransaction` is the way to use it.
 */
export type Db = PostgresJsDatabase<Record<string, never>> & { $client: Sql };
export type Tx = Parameters<Parameters<Db["transaction"]>[0]>[0];
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
  /**
   * Connections for single statements, and as many again for transactions; the vault takes a quarter of it. Connections
   * are opened when needed.
   */
  readonly poolSize: number;
  /** Told every statement, through either door: for tests that count or judge them. */
  readonly onStatement?: StatementListener;
}

/** `connection` is a number of its own in this process; a transaction is what one says from `begin` on. */
export type StatementListener = (text: string, connection: number) => void;

/** Connects lazily: a wrong address shows at the first statement, an unreadable one at once (DatabaseRefusal). */
export function openDatabase(settings: DatabaseSettings): Database {
  const app = openDoor(settings.app, settings.poolSize, settings.onStatement);
  const vault = openDoor(settings.vault, Math.max(2, Math.floor(settings.poolSize / 4)), settings.onStatement);
  return {
    app,
    vault,
    close: async () => {
      await Promise.all([app.$client.end({ timeout: 5 }), vault.$client.end({ timeout: 5 })]);
    },
  };
}

/** One door alone: for the owner's work (migrations, roles) and for tests. Close it with `$client.end()`. */
export function openDoor(door: Door, max = 2, onStatement?: StatementListener): Db {
  refuseUnreadableUrl(door.url);
  const debug = onStatement ? { debug: (connection: number, text: string) => onStatement(text, connection) } : {};
  const client = connect(door, { max, ...debug });
  const lanes = new TransactionLanes(
    (onclose) => connect(door, { max: 1, idle_timeout: 30, max_lifetime: null, onclose, ...debug }),
    max,
  );
  const endPool = client.end;
  const begin = lanes.begin.bind(lanes) as Sql["begin"];
  const end: Sql["end"] = async (options) => {
    await Promise.all([lanes.end(options), endPool(options)]);
  };
  const db = drizzle({ client: Object.assign(client, { begin, end }) });
  useOwnTypes(client);
  return db;
}

function connect(door: Door, options: Options<Record<string, PostgresType>>): Sql {
  const client = postgres(door.url, {
    connect_timeout: 10,
    // Ends what a connection gathered: statements that were prepared, caches of tables. Not all at the same moment.
    max_lifetime: 10 * 60 * (0.8 + 0.4 * Math.random()),
    onnotice: () => undefined,
    // Types are known from the tables; asking the server for them costs a round trip per connection.
    fetch_types: false,
    // Statements here are short: where the planner takes a page of members for a long one, compiling it would cost more
    // than a hundred times what it takes.
    connection: {
      application_name: "alliance",
      TimeZone: "UTC",
      jit: "off",
      ...(door.role ? { role: door.role } : {}),
    },
    ...options,
  });
  useOwnTypes(client);
  return client;
}

/** Types by their fixed object ids in PostgreSQL's catalogue. */
const dateTypes = [1082, 1083, 1114, 1184];
const jsonTypes = [114, 3802];
const arrayTypes = [1000, 1001, 1007, 1009, 1015, 1016, 1115, 1182, 1185, 1231, 2951, 3807];

/**
 * How values cross the wire, the same on every connection. drizzle's constructor sets some of these on the one client it
 * is given and would leave the transactions' clients with others. int8 and numeric stay the text that the driver gives,
 * never a JavaScript number; columns turn them into bigint (columns.ts).
 */
function useOwnTypes(client: Sql): void {
  const { parsers, serializers } = client.options as unknown as TypeTables;
  for (const type of dateTypes) {
    parsers[type] = type === 1184 ? unambiguous : (text) => text;
    serializers[type] = (value) => (value instanceof Date ? value.toISOString() : String(value));
  }
  for (const type of jsonTypes) {
    serializers[type] = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  }
  for (const type of arrayTypes) {
    serializers[type] = (value) => (Array.isArray(value) ? arrayLiteral(value) : String(value));
  }
}

/**
 * PostgreSQL writes the year 50 as `0050-01-01 00:00:00+00`. That is no ISO 8601, and JavaScript's lenient reading of it
 * makes 1950 of the year 50; so years below 100 get the letters that ISO wants. Sessions are in UTC.
 */
function unambiguous(text: string): string {
  return text.startsWith("00") ? text.replace(/^(00\d\d-\d\d-\d\d) ([\d:.]+)\+00$/, "$1T$2Z") : text;
}

interface TypeTables {
  readonly parsers: Record<number, (text: string) => unknown>;
  readonly serializers: Record<number, (value: unknown) => string>;
}
