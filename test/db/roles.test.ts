import { sql, type SQL } from "drizzle-orm";
import { randomBytes } from "node:crypto";
import { openDoor, type Db } from "../../src/db/client";
import { describeDatabaseFailure, sqlStateOf } from "../../src/db/failures";
import { appendOnlyTables, ledgerTables, stockTables } from "../../src/db/grants";
import { ensureRole, ensureRoles } from "../../src/db/roles";
import { setUpDatabase } from "../../src/db/setup";
import { testDatabase, type TestDatabase } from "../support/database";
import { makeLogin } from "../support/logins";
import { joinTestServer, type TestServer } from "../support/test-server";

let test: TestDatabase;
let owner: Db;
let server: TestServer;
let leave: () => Promise<void>;

beforeAll(async () => {
  ({ server, leave } = await joinTestServer());
  test = await testDatabase();
  owner = openDoor({ url: test.ownerUrl });
});

afterAll(async () => {
  await owner.$client.end();
  await leave();
});

const forbidden = "42501";

describe("the application's role", () => {
  const app = () => test.database.app;

  it("is not the owner, and owns nothing", async () => {
    expect(await userOf(app())).toBe("alliance_app");
    expect(await ownedBy("alliance_app")).toEqual([]);
  });

  it("cannot read, write or even count any table of personal data", async () => {
    const tables = await tablesOf("personal");
    expect(tables).toContain("personal.member_profiles");
    for (const table of tables) {
      for (const attempt of [sql`select`, sql`select count(*)`, sql`delete`]) {
        expect(await codeOf(app(), sql`${attempt} from ${sql.raw(table)}`)).toBe(forbidden);
      }
    }
  });

  it("may read every other table, and change all but history and what the ledger's kernel writes", async () => {
    for (const table of await tablesOf("alliance")) {
      const changes = appendOnlyTables.includes(table) ? ["INSERT"] : ["DELETE", "INSERT", "UPDATE"];
      const rights = [...ledgerTables, ...stockTables].includes(table) ? ["SELECT"] : [...changes, "SELECT"].sort();
      expect([table, await rightsOn(table, "alliance_app")]).toEqual([table, rights]);
    }
  });

  it("cannot change or take away an audit entry", async () => {
    expect(await codeOf(app(), sql`update alliance.audit_entries set reason = 'none'`)).toBe(forbidden);
    expect(await codeOf(app(), sql`delete from alliance.audit_entries`)).toBe(forbidden);
    expect(await codeOf(app(), sql`truncate alliance.audit_entries`)).toBe(forbidden);
  });

  it.each([
    sql`create table alliance.mine (id int)`,
    sql`create table public.mine (id int)`,
    sql`create schema mine`,
    sql`create role mine`,
    sql`create function alliance.mine() returns int language sql as 'select 1'`,
    sql`alter table alliance.members add column mine int`,
    sql`drop table alliance.members`,
    sql`truncate alliance.members`,
    sql`alter table alliance.members disable trigger all`,
    sql`grant alliance_vault to alliance_app`,
    sql`insert into alliance_migrations.applied values ('9999_mine.sql', '', now())`,
    sql`copy alliance.partners to program 'cat'`,
  ])("cannot define, drop, empty or export anything (case %#)", async (statement) => {
    expect(await codeOf(app(), statement)).toBe(forbidden);
  });

  it("may ask which migrations are applied", async () => {
    expect(await codeOf(app(), sql`select name from alliance_migrations.applied`)).toBe("done");
  });
});

describe("the vault's role", () => {
  it("may read and change personal data, and owns nothing", async () => {
    expect(await userOf(test.database.vault)).toBe("alliance_vault");
    expect(await ownedBy("alliance_vault")).toEqual([]);
    for (const table of await tablesOf("personal")) {
      expect(await rightsOn(table, "alliance_vault")).toEqual(["DELETE", "INSERT", "SELECT", "UPDATE"]);
    }
  });

  it("may do in the rest what the application may, and no more", async () => {
    expect(await codeOf(test.database.vault, sql`select from alliance.members`)).toBe("done");
    expect(await codeOf(test.database.vault, sql`update alliance.audit_entries set reason = 'none'`)).toBe(forbidden);
    expect(await codeOf(test.database.vault, sql`create table personal.mine (id int)`)).toBe(forbidden);
  });
});

describe("a login of the server's own", () => {
  it("works as the role it was granted, and cannot become another", async () => {
    const login = await makeLogin(owner);
    const setup = { ...server, ownerUrl: test.ownerUrl, appUrl: login.url(test.ownerUrl) };
    const { doors } = await setUpDatabase(setup);
    const app = openDoor(doors.app, 1);
    expect(await userOf(app)).toBe("alliance_app");
    expect(await codeOf(app, sql`select from personal.api_keys`)).toBe(forbidden);
    expect(await codeOf(app, sql`set role alliance_vault`)).toBe(forbidden);
    expect(await codeOf(app, sql`set role ${sql.identifier(await userOf(owner))}`)).toBe(forbidden);
    await app.$client.end();
    await login.drop();
  });

  it("reads nothing that it was not granted", async () => {
    const login = await makeLogin(owner);
    const stranger = openDoor({ url: login.url(test.ownerUrl) }, 1);
    const tables = [...(await tablesOf("alliance")), ...(await tablesOf("personal")), "alliance_migrations.applied"];
    for (const table of tables) expect(await codeOf(stranger, sql`select from ${sql.raw(table)}`)).toBe(forbidden);
    await stranger.$client.end();
    await login.drop();
  });

  it("is refused by name when it does not exist", async () => {
    await expect(ensureRoles(test.ownerUrl, { appLogin: 'no "such" login' })).rejects.toThrow(
      'create it with CREATE ROLE "no ""such"" login" LOGIN',
    );
  });

  it("is refused for the application when some other role lets it change the schema", async () => {
    const builder = await makeLogin(owner);
    await owner.execute(sql`grant create on schema alliance to ${sql.identifier(builder.name)}`);
    await owner.execute(sql`grant ${sql.identifier(builder.name)} to alliance_app`);
    const setup = setUpDatabase({ ...server, ownerUrl: test.ownerUrl });
    await expect(setup).rejects.toThrow('would work as "alliance_app", which may change the schema');
    await owner.execute(sql`revoke create on schema alliance from ${sql.identifier(builder.name)}`);
    await builder.drop();
  });
});

describe("making the roles", () => {
  it("takes away what somebody granted by hand", async () => {
    await owner.execute(sql`grant truncate on alliance.members to alliance_app`);
    await owner.execute(sql`grant select on all tables in schema personal to public`);
    await ensureRoles(test.ownerUrl);
    expect(await rightsOn("alliance.members", "alliance_app")).not.toContain("TRUNCATE");
    expect(await rightsOn("personal.api_keys", "alliance_app")).toEqual([]);
  });

  it("may be done by several databases of one server at once", async () => {
    const others = await Promise.all([1, 2, 3].map(() => testDatabase()));
    const urls = [test, ...others].flatMap((each) => [each.ownerUrl, each.ownerUrl]);
    await Promise.all(urls.map((url) => ensureRoles(url, server)));
    for (const each of others) expect(await codeOf(each.database.app, sql`select from alliance.members`)).toBe("done");
  });

  it("makes a missing role once when ten sessions find it missing", async () => {
    const role = `alliance_test_${randomBytes(5).toString("hex")}`;
    const many = openDoor({ url: test.ownerUrl }, 10);
    await Promise.all(Array.from({ length: 10 }, () => ensureRole(many, role)));
    await owner.execute(sql`drop role ${sql.identifier(role)}`);
    await many.$client.end();
  });

  it("tells an owner without the privilege which statements an administrator must run, and those are enough", async () => {
    const empty = await testDatabase({ empty: true });
    const login = await makeLogin(owner);
    const modest = login.url(empty.ownerUrl);
    const database = sql.identifier(new URL(empty.ownerUrl).pathname.slice(1));
    await owner.execute(sql`alter database ${database} owner to ${sql.identifier(login.name)}`);
    const refusal = await setUpDatabase({ ownerUrl: modest }).catch((error: unknown) => error);
    const line = describeDatabaseFailure(refusal) ?? "";
    expect(line).toMatch(`The database login "${login.name}" may not create and grant the roles`);
    await owner.execute(sql.raw(line.slice(line.indexOf("GRANT"))));
    await setUpDatabase({ ownerUrl: modest });
    await empty.drop();
    await owner.execute(sql`revoke alliance_app, alliance_vault from ${sql.identifier(login.name)}`);
    await login.drop();
  });
});

/** The SQLSTATE with which the statement is refused, or "done"; nothing it did is kept. */
async function codeOf(db: Db, statement: SQL): Promise<string | undefined> {
  const undo = new Error("undo");
  try {
    await db.transaction(async (tx) => {
      await tx.execute(statement);
      throw undo;
    });
    return undefined;
  } catch (error) {
    return error === undo ? "done" : sqlStateOf(error);
  }
}

async function userOf(db: Db): Promise<string> {
  const [row] = await db.execute<{ name: string }>(sql`select current_user::text as name`);
  return row!.name;
}

async function ownedBy(role: string): Promise<string[]> {
  const rows = await owner.execute<{ name: string }>(sql`
    select relname as name from pg_class where relowner = ${role}::regrole
    union all select nspname from pg_namespace where nspowner = ${role}::regrole
    union all select proname from pg_proc where proowner = ${role}::regrole
  `);
  return rows.map((row) => row.name);
}

async function tablesOf(schema: string): Promise<string[]> {
  const rows = await owner.execute<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = ${schema} order by 1
  `);
  return rows.map((row) => row.name);
}

/** Every right the role has on the table, its own, inherited or everybody's. */
async function rightsOn(table: string, role: string): Promise<string[]> {
  const rows = await owner.execute<{ right: string }>(sql`
    select r as right from unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) r
    where has_table_privilege(${role}, ${table}, r) order by 1
  `);
  return rows.map((row) => row.right);
}
