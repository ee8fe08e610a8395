import { sql } from "drizzle-orm";
import { createServer, type AddressInfo, type Server } from "node:net";
import { inspect } from "node:util";
import { openDatabase, openDoor } from "../../src/db/client";
import { withDatabase, withLogin } from "../../src/db/database-url";
import { describeDatabaseFailure, sqlStateOf, withoutParameters } from "../../src/db/failures";
import { refuseUnfitFacts, refuseUnfitServer } from "../../src/db/server-fitness";
import { setUpDatabase } from "../../src/db/setup";
import { testDatabase, type TestDatabase } from "../support/database";

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});

describe("a NUL in a text", () => {
  it("is refused by the database with a state that the mask knows", async () => {
    const failure = await test.database.app.execute(sql`select ${"nul \0"}::text`).catch((error: unknown) => error);
    expect(sqlStateOf(failure)).toMatch(/^(22021|22P05)$/);
  });
});

describe("a wrong database URL", () => {
  it.each([
    "not a url with s3cret",
    "mysql://alliance:s3cret@localhost/alliance",
    "postgres://localhost/no-user-s3cret",
    "postgres://alliance:s3cret@:5432/alliance",
    "postgres://alliance:s3cret@host:port/alliance",
  ])("that cannot be read is refused at once, without repeating it (case %#)", (url) => {
    const line = lineOf(() => openDatabase({ app: { url }, vault: { url }, poolSize: 2 }));
    expect(line).toMatch(/^The database URL cannot be read; expected postgres:\/\/user:password@host:port\/database/);
    expect(line).not.toContain("s3cret");
  });

  it("names a host that is not known", async () => {
    expect(await lineFor("postgres://alliance:s3cret@nowhere.invalid/alliance")).toMatch(
      /^The database host nowhere\.invalid is not known/,
    );
  });

  it("names host and port where nothing listens", async () => {
    const port = await withServer(
      () => undefined,
      (free) => Promise.resolve(free),
    );
    expect(await lineFor(`postgres://alliance:s3cret@127.0.0.1:${port}/alliance`)).toBe(
      `No database answers at 127.0.0.1, port ${port}; check host and port in the database URL, and that the server runs.`,
    );
  });

  it("says that what listens is no PostgreSQL, instead of trying for ever", async () => {
    const line = await withServer(
      (server) => server.on("connection", (socket) => socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n")),
      async (port) => {
        const db = openDoor({ url: `postgres://alliance:s3cret@127.0.0.1:${port}/alliance` }, 1);
        const failure = await refuseUnfitServer(db, 0.2).catch((error: unknown) => error);
        await db.$client.end({ timeout: 0 });
        return describeDatabaseFailure(failure);
      },
    );
    expect(line).toMatch(/^Nothing at the address of the database URL answered as PostgreSQL within 0\.2 s/);
  });

  it("says that the password is wrong, without it", async () => {
    const line = await lineFor(withLogin(test.ownerUrl, new URL(test.ownerUrl).username, "s3cret"));
    expect(line).toMatch(/^The database server says: password authentication failed for user ".+"\. Check user and/);
    expect(line).not.toContain("s3cret");
  });

  it("names a database that does not exist", async () => {
    expect(await lineFor(withDatabase(test.ownerUrl, "alliance_nowhere"))).toMatch(
      /^The database server says: database "alliance_nowhere" does not exist\. Create it with CREATE DATABASE/,
    );
  });
});

describe("a server that cannot be used", () => {
  it("is refused when it is older than 15, naming its version", () => {
    const facts = { version: "14.19", number: "140019", encoding: "UTF8" };
    expect(lineOf(() => refuseUnfitFacts(facts))).toBe(
      "The database server is PostgreSQL 14.19; expected version 15 or newer.",
    );
    expect(() => refuseUnfitFacts({ ...facts, version: "15.0", number: "150000" })).not.toThrow();
  });

  it("is refused when the database does not store Unicode", async () => {
    const owner = openDoor({ url: test.ownerUrl }, 1);
    const name = `${new URL(test.ownerUrl).pathname.slice(1)}_ascii`;
    await owner.execute(sql`
      create database ${sql.identifier(name)} template template0 encoding 'SQL_ASCII' locale 'C'
    `);
    expect(await lineFor(withDatabase(test.ownerUrl, name))).toMatch(
      /^The database stores text as SQL_ASCII; expected/,
    );
    await owner.execute(sql`drop database ${sql.identifier(name)} with (force)`);
    await owner.$client.end();
  });
});

describe("an error that is nobody's setting", () => {
  it("has no such line", async () => {
    const failure = await failureOf(test.database.app.execute(sql`select * from alliance.nowhere`));
    expect(describeDatabaseFailure(failure)).toBeUndefined();
    expect(describeDatabaseFailure(new Error("a bug"))).toBeUndefined();
    expect(describeDatabaseFailure(undefined)).toBeUndefined();
  });
});

describe("an error for the logs", () => {
  const name = "Zhang Wei";

  it.each([
    ["a value of the wrong type", sql`select ${name}::text::uuid`],
    ["a value that is already there", sql`insert into alliance.merchant_categories values (${name}, '{}')`],
    ["a value that a check refuses", sql`insert into alliance.tag_definitions values (${name}, '{}', '{}', 'X')`],
    ["a message raised in SQL", sql`select ${name}::text, 1 / 0`],
  ])("holds the statement and the code, but not %s", async (_, statement) => {
    await test.database.app.execute(sql`
      insert into alliance.merchant_categories values (${name}, '{}') on conflict do nothing
    `);
    const failure = await failureOf(test.database.app.execute(statement));
    expect(inspect(failure, { depth: 5, showHidden: true })).toContain(name);
    const safe = withoutParameters(failure) as Error & { cause: { code: string } };
    const everything = inspect(safe, { depth: 5, showHidden: true }) + JSON.stringify(safe);
    expect(everything).not.toContain(name);
    expect(safe.message).toMatch(/^Failed query: \s*(select|insert)/);
    expect(safe.cause.code).toMatch(/^2/);
    expect(safe.stack).toMatch(/\n\s+at /);
  });

  it("is any other error as it was", () => {
    expect(withoutParameters(new Error("a bug"))).toMatchObject({ name: "Error", message: "a bug" });
    expect(withoutParameters("no error")).toBe("no error");
  });
});

async function lineFor(ownerUrl: string): Promise<string | undefined> {
  return describeDatabaseFailure(await failureOf(setUpDatabase({ ownerUrl })));
}

function lineOf(work: () => unknown): string | undefined {
  try {
    work();
    return "no refusal";
  } catch (error) {
    return describeDatabaseFailure(error);
  }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error("no failure"),
    (error: unknown) => error,
  );
}

/** Gives the work a port of its own; after the work, nothing listens there. */
async function withServer<T>(prepare: (server: Server) => unknown, work: (port: number) => Promise<T>): Promise<T> {
  const server = createServer((socket) => socket.on("error", () => undefined));
  prepare(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
