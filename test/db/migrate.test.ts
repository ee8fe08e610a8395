import { sql } from "drizzle-orm";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { openDoor, type Db } from "../../src/db/client";
import { DatabaseRefusal } from "../../src/db/failures";
import { expectedSchemaVersion, lockMigrations, migrate, schemaVersion } from "../../src/db/migrate";
import { testDatabase, type TestDatabase } from "../support/database";

let test: TestDatabase;
let owner: Db;
let directory: string;

beforeEach(async () => {
  test = await testDatabase({ empty: true });
  owner = openDoor({ url: test.ownerUrl });
  directory = mkdtempSync(join(tmpdir(), "migrations-"));
  write("0000_first.sql", "create table first (id int);\n--> statement-breakpoint\ninsert into first values (1);\n");
  write("0001_second.sql", "create table second (id int);");
});

afterEach(async () => {
  await owner.$client.end();
  rmSync(directory, { recursive: true });
});

describe("applying", () => {
  it("applies every file once, in order", async () => {
    expect(await run()).toEqual(["0000_first.sql", "0001_second.sql"]);
    expect(await run()).toEqual([]);
    write("0002_third.sql", "insert into second select id from first;");
    expect(await run()).toEqual(["0002_third.sql"]);
    expect(await schemaVersion(owner)).toBe("0002_third.sql");
    expect(expectedSchemaVersion(directory)).toBe("0002_third.sql");
  });

  it("answers no version for a database without any", async () => {
    expect(await schemaVersion(owner)).toBeUndefined();
  });

  it("takes another line end in the checkout for the same file", async () => {
    await run();
    write(
      "0000_first.sql",
      "create table first (id int);\r\n--> statement-breakpoint\r\ninsert into first values (1);\r\n",
    );
    expect(await run()).toEqual([]);
  });

  it("lets three processes that start at once apply each migration exactly once", async () => {
    const processes = await owner.transaction(async (tx) => {
      await lockMigrations(tx, () => undefined);
      const started = [1, 2, 3].map(() => startProcess());
      await Promise.all(started.map((each) => each.waits));
      return started;
    });
    const outcomes = await Promise.all(processes.map((each) => each.ended));
    expect(outcomes.map((outcome) => outcome.code)).toEqual([0, 0, 0]);
    expect(outcomes.flatMap((outcome) => outcome.applied).sort()).toEqual(["0000_first.sql", "0001_second.sql"]);
    expect(await countOf("first")).toBe("1");
  });
});

describe("refusing", () => {
  it("refuses a file that was changed after it was applied, naming it and both sums", async () => {
    await run();
    write("0000_first.sql", "create table first (id bigint);");
    await refuses(
      /^The migration 0000_first\.sql was changed after .* expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}/,
    );
  });

  it("refuses a gap in the numbers", async () => {
    write("0003_fourth.sql", "select 1;");
    await refuses(/0003_fourth\.sql does not follow: expected number 0002/);
  });

  it("refuses two files of one number", async () => {
    write("0001_other.sql", "select 1;");
    await refuses(/0001_second\.sql does not follow: expected number 0002/);
  });

  it("refuses a name that is no migration", async () => {
    write("0002-third.sql", "select 1;");
    await refuses(/0002-third\.sql is no migration; expected a name like 0001_what_it_does\.sql/);
  });

  it("refuses a directory that is not there", async () => {
    const missing = migrate({ ownerUrl: test.ownerUrl, directory: join(directory, "nowhere") });
    await expect(missing).rejects.toThrow(/^The migrations cannot be read from .*nowhere/);
  });

  it("refuses a database that is newer than the program", async () => {
    write("0002_third.sql", "create table third (id int);");
    await run();
    rmSync(join(directory, "0002_third.sql"));
    await refuses(/has the migration 0002_third\.sql, which this version .* \(its last one is 0001_second\.sql\)/);
  });

  it("refuses a file that slipped in before an applied one", async () => {
    await run();
    await owner.execute(sql`delete from alliance_migrations.applied where name = '0000_first.sql'`);
    await refuses(/0000_first\.sql was never applied to this database although the later 0001_second\.sql was/);
  });

  it("changes nothing when it refuses, not even what came before the bad file", async () => {
    write("0003_fourth.sql", "select 1;");
    await refuses(/does not follow/);
    expect(await schemaVersion(owner)).toBeUndefined();
  });
});

describe("failing", () => {
  beforeEach(() => {
    write("0002_third.sql", "create table third (id int);\n--> statement-breakpoint\ninsert into nowhere values (1);");
  });

  it("keeps nothing of a migration that fails half-way, and says where", async () => {
    await refuses(/^Migration 0002_third\.sql failed at statement 2 of 2: relation "nowhere" does not exist\. Nothing/);
    expect(await schemaVersion(owner)).toBe("0001_second.sql");
    await expect(owner.execute(sql`select from third`)).rejects.toMatchObject({ cause: { code: "42P01" } });
  });

  it("goes on from there once the file is put right", async () => {
    await refuses(/failed at statement 2/);
    write("0002_third.sql", "create table third (id int);");
    expect(await run()).toEqual(["0002_third.sql"]);
  });
});

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

async function run(): Promise<string[]> {
  return (await migrate({ ownerUrl: test.ownerUrl, directory })).applied;
}

async function refuses(message: RegExp): Promise<void> {
  const refusal = await run().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DatabaseRefusal);
  expect((refusal as Error).message).toMatch(message);
}

async function countOf(table: string): Promise<string | undefined> {
  const [row] = await owner.execute<{ count: string }>(sql`select count(*) from ${sql.identifier(table)}`);
  return row?.count;
}

function startProcess(): { waits: Promise<void>; ended: Promise<{ code: number | null; applied: string[] }> } {
  const script = resolve(__dirname, "../support/migrate-process.ts");
  const child = spawn(process.execPath, ["-r", "@swc-node/register", script, test.ownerUrl, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const applied: string[] = [];
  const lines = createInterface(child.stdout);
  const waits = new Promise<void>((settle) => {
    lines.on("line", (line) => {
      if (line.startsWith("Waiting")) settle();
      if (line.startsWith("applied")) applied.push(...(JSON.parse(line.slice(8)) as string[]));
    });
    lines.on("close", settle);
  });
  const ended = new Promise<{ code: number | null; applied: string[] }>((settle) => {
    child.on("close", (code) => settle({ code, applied }));
  });
  return { waits, ended };
}
