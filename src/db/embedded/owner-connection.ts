import postgres from "postgres";
import { brokenData, ownerRole } from "./data-directory";
import { EmbeddedDatabaseError, errorCode } from "./failures";

export function urlOf(port: number, ownerPassword: string, database: string): string {
  return `postgres://${ownerRole}:${ownerPassword}@127.0.0.1:${port}/${database}`;
}

/** Proves by the password, both ways, that this is our server, and makes the database `alliance` where it is missing. */
export async function greetServer(port: number, ownerPassword: string, dataDirectory: string): Promise<void> {
  const sql = postgres(urlOf(port, ownerPassword, "postgres"), {
    max: 1,
    connect_timeout: 20,
    onnotice: () => undefined,
  });
  try {
    const [found] = await sql`select from pg_database where datname = 'alliance'`;
    if (!found) await sql`create database alliance`;
  } catch (error) {
    // The server's own database: it is made by initdb and never dropped here, so its files are gone.
    if (errorCode(error) === "3D000") throw brokenData(dataDirectory, `the server says "${(error as Error).message}"`);
    if (errorCode(error) !== "28P01") throw error;
    throw new EmbeddedDatabaseError(
      "SECRETS_BROKEN",
      `The database in ${dataDirectory} does not accept the password kept beside it; restore the file secrets.json, or run \`npm run reset\` to begin anew.`,
      { cause: error },
    );
  } finally {
    // Without a limit, postgres.js 3.4.9 waits for ever for a connection that the server has closed.
    await sql.end({ timeout: 1 });
  }
}

/** Nobody listens, or the server went away or began to shut down while it was asked. */
export function isUnanswered(error: unknown): boolean {
  return ["ECONNREFUSED", "ECONNRESET", "CONNECTION_CLOSED", "CONNECTION_ENDED", "57P01", "57P02", "57P03"].includes(
    errorCode(error) ?? "",
  );
}
