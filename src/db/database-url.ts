import { DatabaseRefusal } from "./failures";

export interface DatabaseAddress {
  readonly user: string;
  readonly host: string;
  readonly database: string;
}

/** Throws a DatabaseRefusal; the url itself is never repeated, since it may hold a password. */
export function refuseUnreadableUrl(url: string): void {
  addressOf(url);
}

export function addressOf(url: string): DatabaseAddress {
  const parsed = parse(url);
  const user = decodeURIComponent(parsed.username);
  return { user, host: parsed.host, database: decodeURIComponent(parsed.pathname.slice(1)) || user };
}

/** The same server and login, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = parse(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.toString();
}

/** The same server and database, another login. */
export function withLogin(url: string, user: string, password: string): string {
  const parsed = parse(url);
  parsed.username = encodeURIComponent(user);
  parsed.password = encodeURIComponent(password);
  return parsed.toString();
}

function parse(url: string): URL {
  try {
    const parsed = new URL(url);
    if (/^postgres(ql)?:$/.test(parsed.protocol) && parsed.hostname !== "" && parsed.username !== "") return parsed;
  } catch {
    // The error would carry the whole url, password included.
  }
  throw new DatabaseRefusal(
    "The database URL cannot be read; expected postgres://user:password@host:port/database, with every special " +
      "character of user and password percent-encoded.",
  );
}
