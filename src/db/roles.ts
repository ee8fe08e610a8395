import { sql } from "drizzle-orm";
import { setTimeout as pause } from "node:timers/promises";
import { openDoor, type Db } from "./client";
import { DatabaseRefusal, serverErrorOf, sqlStateOf } from "./failures";
import { applyGrants } from "./grants";
import { scramVerifier } from "./scram";

export type AllianceRole = "alliance_app" | "alliance_vault";

export interface RoleOptions {
  /** Lets the role itself log in (the embedded server). Without it the role stays as it is, NOLOGIN when made here. */
  readonly appPassword?: string;
  readonly vaultPassword?: string;
  /** A login of the server's own that is to work as the role. */
  readonly appLogin?: string;
  readonly vaultLogin?: string;
  readonly log?: (line: string) => void;
}

/**
 * Makes the two roles that own nothing, and gives them their rights in this database. To be repeated after every
 * migration; repeating it changes nothing. Roles belong to the whole server, so several databases may do this at once:
 * what another one has just done counts as done.
 *
 * Throws a DatabaseRefusal with the statements for an administrator when the owner lacks a privilege.
 */
export async function ensureRoles(ownerUrl: string, options: RoleOptions = {}): Promise<void> {
  const owner = openDoor({ url: ownerUrl }, 1);
  try {
    const login = await currentUser(owner);
    await orSqlForAdministrator(owner, login, options, async () => {
      await ensureRole(owner, "alliance_app");
      await ensureRole(owner, "alliance_vault");
      await ensureMembership(owner, "alliance_app", "alliance_vault");
      await letOwnerActAs(owner, login);
      await ensureLogin(owner, "alliance_app", options.appLogin, login);
      await ensureLogin(owner, "alliance_vault", options.vaultLogin, login);
      await setPassword(owner, "alliance_app", options.appPassword);
      await setPassword(owner, "alliance_vault", options.vaultPassword);
    });
    await whileOthersDoTheSame(() => applyGrants(owner, options.log ?? (() => undefined)));
  } finally {
    await owner.$client.end({ timeout: 5 });
  }
}

/** Makes a role that cannot log in, unless it is there; also when others make it at the same moment. */
export async function ensureRole(owner: Db, role: string): Promise<void> {
  await whileOthersDoTheSame(async () => {
    const found = await owner.execute(sql`select 1 from pg_roles where rolname = ${role}`);
    if (found.length === 0) await owner.execute(sql`create role ${sql.identifier(role)} nologin`);
  });
}

async function ensureMembership(owner: Db, role: AllianceRole, member: string): Promise<void> {
  await whileOthersDoTheSame(async () => {
    const found = await owner.execute(sql`
      select 1 from pg_auth_members
      where roleid = (select oid from pg_roles where rolname = ${role})
        and member = (select oid from pg_roles where rolname = ${member})
    `);
    if (found.length === 0) await owner.execute(sql`grant ${sql.identifier(role)} to ${sql.identifier(member)}`);
  });
}

/** Without a login of its own the application connects as the owner and drops to the role at once. */
async function letOwnerActAs(owner: Db, login: string): Promise<void> {
  for (const role of ["alliance_app", "alliance_vault"] as const) {
    if (await mayActAs(owner, role)) continue;
    // Since PostgreSQL 16 whoever creates a role may administer it, but not act as it before granting it to itself.
    await whileOthersDoTheSame(async () => {
      await owner.execute(sql`grant ${sql.identifier(role)} to ${sql.identifier(login)}`);
    });
  }
}

async function mayActAs(owner: Db, role: AllianceRole): Promise<boolean> {
  try {
    await owner.transaction((tx) => tx.execute(sql`set local role ${sql.identifier(role)}`));
    return true;
  } catch (error) {
    if (sqlStateOf(error) === "42501") return false;
    throw error;
  }
}

async function ensureLogin(
  owner: Db,
  role: AllianceRole,
  login: string | undefined,
  ownerLogin: string,
): Promise<void> {
  if (login === undefined || login === role || login === ownerLogin) return;
  const found = await owner.execute(sql`select 1 from pg_roles where rolname = ${login}`);
  if (found.length === 0) {
    throw new DatabaseRefusal(
      `The login "${login}" of the application's database URL does not exist on the server; ` +
        `create it with CREATE ROLE ${quoted(login)} LOGIN PASSWORD '…'.`,
    );
  }
  await ensureMembership(owner, role, login);
}

async function setPassword(owner: Db, role: AllianceRole, password: string | undefined): Promise<void> {
  if (password === undefined) return;
  // A verifier consists of base64, `$` and `:`, so it needs no escaping; a utility statement takes no parameters.
  const verifier = sql.raw(`'${scramVerifier(role, password)}'`);
  await whileOthersDoTheSame(async () => {
    await owner.execute(sql`alter role ${sql.identifier(role)} login password ${verifier}`);
  });
}

async function currentUser(owner: Db): Promise<string> {
  const [row] = await owner.execute<{ login: string }>(sql`select current_user::text as login`);
  return row?.login ?? "";
}

const attempts = 20;

/** Roles and rights have no `if not exists` that holds against another session doing the same in the same moment. */
async function whileOthersDoTheSame(step: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      if (attempt >= attempts || !isRace(error)) throw error;
      await pause(Math.random() * 20 * attempt);
    }
  }
}

/** Duplicate object, unique violation of a catalogue index, and an internal error that only has a text. */
function isRace(error: unknown): boolean {
  const said = serverErrorOf(error);
  if (!said) return false;
  return said.code === "42710" || said.code === "23505" || /^tuple concurrently (updated|deleted)$/.test(said.message);
}

async function orSqlForAdministrator(
  owner: Db,
  login: string,
  options: RoleOptions,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (sqlStateOf(error) !== "42501") throw error;
    throw new DatabaseRefusal(
      `The database login "${login}" may not create and grant the roles (${serverErrorOf(error)?.message ?? ""}). Let ` +
        `an administrator of the server run once: ${await statementsForAdministrator(owner, login, options)}`,
      { cause: error },
    );
  }
}

async function statementsForAdministrator(owner: Db, login: string, options: RoleOptions): Promise<string> {
  const rows = await owner.execute<{ name: string }>(sql`select rolname as name from pg_roles`);
  const there = rows.map((row) => row.name);
  const missing = ["alliance_app", "alliance_vault"].filter((role) => !there.includes(role));
  return [
    ...missing.map((role) => `CREATE ROLE ${role} NOLOGIN;`),
    "GRANT alliance_app TO alliance_vault;",
    `GRANT alliance_app, alliance_vault TO ${quoted(login)};`,
    ...(options.appLogin ? [`GRANT alliance_app TO ${quoted(options.appLogin)};`] : []),
    ...(options.vaultLogin ? [`GRANT alliance_vault TO ${quoted(options.vaultLogin)};`] : []),
  ].join(" ");
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
