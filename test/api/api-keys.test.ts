import { sql } from "drizzle-orm";
import { createAuthenticator, type Authenticator } from "../../src/auth/authenticate";
import type { PartnerScope } from "../../src/auth/core/actor";
import { partners } from "../../src/merchants/merchants.tables";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

const start = new Date("2026-06-01T00:00:00Z");
const days = (n: number) => new Date(start.getTime() + n * 86_400_000);
const bank = "01890000-0000-7000-8000-000000000001";
const shop = "01890000-0000-7000-8000-000000000002";

let now = start;
let api: TestApi;
let authenticator: Authenticator;

const banker = callers.partner(bank, ["keys:write", "members:read", "offers:read"]);
const shopkeeper = callers.partner(shop, ["keys:write", "members:read"]);
const operations = callers.staff("OPERATIONS");

beforeAll(async () => {
  const { database } = await testDatabase();
  api = testApi(database, () => now);
  await database.app.insert(partners).values([
    { partnerId: bank, code: "river-bank", name: { en: "River Bank" }, createdAt: start },
    { partnerId: shop, code: "corner-shop", name: { en: "Corner Shop" }, createdAt: start },
  ]);
});

beforeEach(() => {
  now = start;
  authenticator = createAuthenticator({ issuers: [], services: api.services });
});

interface KeyAnswer {
  readonly apiKey: { prefix: string; state: string; scopes: string[]; expiresAt: string } | null;
  readonly secret: string | null;
  readonly userErrors: { code: string; message: string; path: string[] | null }[];
}
const answer = `{ apiKey { prefix name state scopes expiresAt rotatedFrom } secret userErrors { code message path } }`;

async function create(actor = banker, input: Record<string, unknown> = {}): Promise<KeyAnswer> {
  const document = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) ${answer} }`;
  const whole = { name: "till", scopes: ["MEMBERS_READ"], ...input };
  return (await api.ask<{ createApiKey: KeyAnswer }>(actor, document, { input: whole })).createApiKey;
}

async function rotate(prefix: string, actor = banker, input: Record<string, unknown> = {}): Promise<KeyAnswer> {
  const document = `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) ${answer} }`;
  return (await api.ask<{ rotateApiKey: KeyAnswer }>(actor, document, { input: { prefix, ...input } })).rotateApiKey;
}

async function revoke(prefix: string, actor = banker): Promise<Omit<KeyAnswer, "secret">> {
  const document = `mutation ($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) { apiKey { prefix state } userErrors { code message path } }
  }`;
  return (await api.ask<{ revokeApiKey: KeyAnswer }>(actor, document, { input: { prefix } })).revokeApiKey;
}

async function made(actor = banker, input: Record<string, unknown> = {}): Promise<{ prefix: string; secret: string }> {
  const { apiKey, secret, userErrors } = await create(actor, input);
  if (!apiKey || secret === null) throw new Error(JSON.stringify(userErrors));
  return { prefix: apiKey.prefix, secret };
}

const enter = (apiKey: string) => authenticator.authenticate({ apiKey });
const codes = (refused: { userErrors: { code: string }[] }) => refused.userErrors.map((error) => error.code);
const failed = (code: string) => ({ ok: false, status: 401, code, message: expect.any(String) as string });
const partnerId = (id: string) => api.services.ids.forActor(operations).seal("Partner", id);

describe("a key", () => {
  test("opens the door as its partner's service with its scopes, by either header", async () => {
    const { prefix, secret } = await made();
    const actor = {
      kind: "partner",
      actorId: `key:${prefix}`,
      partnerId: bank,
      channel: "service",
      scopes: new Set<PartnerScope>(["members:read"]),
      onBehalfOf: [`partner-${bank}`],
    };
    const entered = { ok: true, actor, client: `key:${prefix}` };
    expect(await enter(secret)).toEqual(entered);
    expect(await authenticator.authenticate({ authorization: `ApiKey ${secret}` })).toEqual(entered);
  });

  test("is not known by its prefix with another secret, nor by its secret with another prefix", async () => {
    const one = await made();
    const two = await made();
    const [, secretOfTwo] = two.secret.split(".");
    expect(await enter(`${one.prefix}.${secretOfTwo}`)).toEqual(failed("API_KEY_INVALID"));
    expect(await enter(`alk_000000000000.${secretOfTwo}`)).toEqual(failed("API_KEY_INVALID"));
  });

  test("is not known under another master key: the stored digest alone opens nothing", async () => {
    const { secret } = await made();
    const elsewhere = createAuthenticator({
      issuers: [],
      services: { ...api.services, masterKey: Buffer.alloc(32, 9) },
    });
    expect(await elsewhere.authenticate({ apiKey: secret })).toEqual(failed("API_KEY_INVALID"));
  });

  test("is stored without its secret, also in the audit log", async () => {
    const { secret } = await made();
    const [, hidden = ""] = secret.split(".");
    const { vault } = api.services.database;
    const stored = JSON.stringify([
      ...(await vault.execute(sql`select row_to_json(k)::text as row from personal.api_keys k`)),
      ...(await vault.execute(sql`select row_to_json(a)::text as row from alliance.audit_entries a`)),
    ]);
    expect(stored).toContain(secret.split(".")[0]);
    expect(stored).not.toContain(hidden);
    expect(stored).not.toContain(Buffer.from(hidden, "base64url").toString("hex"));
  });

  test("opens nothing from its expiry on", async () => {
    const { secret } = await made(banker, { expiresAt: days(10) });
    now = new Date(days(10).getTime() - 1);
    expect(await enter(secret)).toMatchObject({ ok: true });
    now = days(10);
    expect(await enter(secret)).toEqual(failed("API_KEY_EXPIRED"));
  });

  test("opens nothing five seconds after it was revoked, and says why only to who has the secret", async () => {
    const { prefix, secret } = await made();
    expect(await enter(secret)).toMatchObject({ ok: true });
    expect(await revoke(prefix)).toMatchObject({ apiKey: { state: "REVOKED" }, userErrors: [] });
    now = new Date(start.getTime() + 5_000);
    expect(await enter(secret)).toEqual(failed("API_KEY_REVOKED"));
    expect(await enter(`${prefix}.${"A".repeat(43)}`)).toEqual(failed("API_KEY_INVALID"));
  });

  test("may be revoked again, which changes nothing", async () => {
    const { prefix } = await made();
    await revoke(prefix);
    now = days(1);
    expect(await revoke(prefix)).toMatchObject({ apiKey: { state: "REVOKED" }, userErrors: [] });
    const audited = await api.services.database.app.execute(
      sql`select action from alliance.audit_entries where resource = ${`ApiKey:${prefix}`} order by sequence`,
    );
    expect(audited.map((row) => row.action)).toEqual(["createApiKey", "revokeApiKey"]);
  });

  test("cannot be read by the application's own role", async () => {
    const reading = api.services.database.app.execute(sql`select prefix from personal.api_keys`);
    await expect(reading).rejects.toMatchObject({ cause: { code: "42501" } });
  });
});

describe("the last use of a key", () => {
  const lastUse = async (prefix: string) => {
    await authenticator.settled();
    const rows = await api.services.database.vault.execute<{ at: string | null }>(
      sql`select last_used_at as at from personal.api_keys where prefix = ${prefix}`,
    );
    const at = rows[0]?.at;
    return at ? new Date(at).toISOString() : null;
  };
  const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);

  test("is recorded at most once a minute", async () => {
    const { prefix, secret } = await made();
    expect(await lastUse(prefix)).toBeNull();
    await enter(secret);
    expect(await lastUse(prefix)).toBe(at(0).toISOString());
    now = at(60);
    await enter(secret);
    expect(await lastUse(prefix)).toBe(at(0).toISOString());
    now = at(66);
    await enter(secret);
    expect(await lastUse(prefix)).toBe(at(66).toISOString());
  });

  test("is not recorded for a wrong secret", async () => {
    const { prefix } = await made();
    await enter(`${prefix}.${"A".repeat(43)}`);
    expect(await lastUse(prefix)).toBeNull();
  });
});

describe("creating a key is refused", () => {
  test.each([
    ["with scopes its maker does not have", banker, { scopes: ["MEMBERS_READ", "MEMBERS_WRITE"] }, "FORBIDDEN"],
    ["without scopes", banker, { scopes: [] }, "INVALID_INPUT"],
    ["without a name", banker, { name: " " }, "INVALID_INPUT"],
    ["with a name of 101 characters", banker, { name: "x".repeat(101) }, "INVALID_INPUT"],
    ["for more than 366 days", banker, { expiresAt: new Date(days(366).getTime() + 1) }, "INVALID_INPUT"],
    ["that is over already", banker, { expiresAt: start }, "INVALID_INPUT"],
    ["for a partner that does not exist", operations, { partnerId: "nonsense" }, "NOT_FOUND"],
    ["for no partner", operations, {}, "NOT_FOUND"],
    ["to a partner's user without that scope", callers.partner(bank, ["members:read"]), {}, "FORBIDDEN"],
    ["to a marketer", callers.staff("MARKETER"), {}, "FORBIDDEN"],
    ["to an auditor, who only lists them", callers.staff("AUDITOR"), {}, "FORBIDDEN"],
    ["to a member", callers.member(bank), {}, "FORBIDDEN"],
  ])("%s", async (_, actor, input, code) => {
    const refused = await create(actor, input);
    expect(codes(refused)).toEqual([code]);
    expect(refused).toMatchObject({ apiKey: null, secret: null });
  });

  test("for another partner, as if there were none", async () => {
    expect(codes(await create(banker, { partnerId: partnerId(shop) }))).toEqual(["NOT_FOUND"]);
  });
});

test("staff of operations makes keys of any scope for a partner", async () => {
  const created = await create(operations, { partnerId: partnerId(shop), scopes: ["MEMBERS_WRITE", "KEYS_WRITE"] });
  expect(created).toMatchObject({ apiKey: { scopes: ["MEMBERS_WRITE", "KEYS_WRITE"] }, userErrors: [] });
});

test("a key lives ninety days where nothing else is said, and at most 366", async () => {
  expect((await create()).apiKey?.expiresAt).toBe(days(90).toISOString());
  expect((await create(banker, { expiresAt: days(366) })).apiKey?.expiresAt).toBe(days(366).toISOString());
});

describe("rotating", () => {
  test("gives a second key of the same scopes, and both open the door", async () => {
    const first = await made(banker, { expiresAt: days(30) });
    now = days(20);
    const second = await rotate(first.prefix);
    expect(second).toMatchObject({ userErrors: [], apiKey: { scopes: ["MEMBERS_READ"], rotatedFrom: first.prefix } });
    expect(second.apiKey?.expiresAt).toBe(days(50).toISOString());
    expect(await enter(first.secret)).toMatchObject({ ok: true });
    expect(await enter(second.secret ?? "")).toMatchObject({ ok: true });
  });

  test("is refused a third live key, from either of the two", async () => {
    const first = await made();
    const second = await rotate(first.prefix);
    expect(codes(await rotate(first.prefix))).toEqual(["WRONG_STATE"]);
    expect(codes(await rotate(second.apiKey?.prefix ?? ""))).toEqual(["WRONG_STATE"]);
    await revoke(first.prefix);
    expect(codes(await rotate(second.apiKey?.prefix ?? ""))).toEqual([]);
  });

  test("gives one key of two rotations at the same time", async () => {
    const first = await made();
    const both = await Promise.all([rotate(first.prefix), rotate(first.prefix)]);
    expect(both.flatMap(codes)).toEqual(["WRONG_STATE"]);
  });

  test.each(["expired", "revoked"])("is refused for an %s key", async (end) => {
    const first = await made(banker, { expiresAt: days(1) });
    if (end === "revoked") await revoke(first.prefix);
    else now = days(1);
    expect(codes(await rotate(first.prefix))).toEqual(["WRONG_STATE"]);
  });

  test("is refused to who has fewer scopes than the key, since its secret would be in those hands", async () => {
    const first = await made(banker, { scopes: ["MEMBERS_READ", "OFFERS_READ"] });
    const clerk = callers.partner(bank, ["keys:write", "members:read"]);
    expect(codes(await rotate(first.prefix, clerk))).toEqual(["FORBIDDEN"]);
  });
});

describe("a key acts on behalf of whoever made it", () => {
  const makersOf = async (secret: string) => {
    const entered = await enter(secret);
    return entered.ok && "onBehalfOf" in entered.actor ? [...entered.actor.onBehalfOf].sort() : entered;
  };

  test("and of whoever made the keys that it was rotated from, also once those are revoked", async () => {
    const first = await made(operations, { partnerId: partnerId(bank) });
    const second = await rotate(first.prefix);
    await revoke(first.prefix);
    const third = await rotate(second.apiKey?.prefix ?? "", callers.staff("OPERATIONS", "APPROVER"));
    expect(await makersOf(third.secret ?? "")).toEqual(
      [`partner-${bank}`, "staff-operations", "staff-operations-approver"].sort(),
    );
    expect(await makersOf(second.secret ?? "")).toEqual([`partner-${bank}`, "staff-operations"]);
  });

  test("and of whoever made the key that it was made with", async () => {
    const first = await made(operations, { partnerId: partnerId(bank), scopes: ["KEYS_WRITE", "MEMBERS_READ"] });
    const entered = await enter(first.secret);
    const second = await made(entered.ok ? entered.actor : banker);
    expect(await makersOf(second.secret)).toEqual([`key:${first.prefix}`, "staff-operations"]);
  });

  test("and of nobody else, be there other keys of the partner", async () => {
    await made(operations, { partnerId: partnerId(bank) });
    expect(await makersOf((await made()).secret)).toEqual([`partner-${bank}`]);
  });
});

describe("another partner's key", () => {
  test("is not found by rotating or revoking, just as one that does not exist", async () => {
    const { prefix } = await made();
    for (const change of [rotate, revoke]) {
      const foreign = await change(prefix, shopkeeper);
      expect(codes(foreign)).toEqual(["NOT_FOUND"]);
      expect(foreign.userErrors.map((error) => error.message)).toEqual(
        (await change("alk_000000000000", shopkeeper)).userErrors.map((error) => error.message),
      );
    }
  });

  test("is not listed, also when that partner is asked for", async () => {
    const { prefix } = await made(shopkeeper);
    const list = `query ($partnerId: ID) { apiKeys(first: 100, partnerId: $partnerId) { nodes { prefix partner { code } } } }`;
    type Listed = { apiKeys: { nodes: { prefix: string; partner: { code: string } }[] } };
    const own = await api.ask<Listed>(banker, list);
    expect(new Set(own.apiKeys.nodes.map((key) => key.partner.code))).toEqual(new Set(["river-bank"]));
    expect((await api.ask<Listed>(banker, list, { partnerId: partnerId(shop) })).apiKeys.nodes).toEqual([]);
    const all = await api.ask<Listed>(callers.staff("AUDITOR"), list, { partnerId: partnerId(shop) });
    expect(all.apiKeys.nodes.map((key) => key.prefix)).toContain(prefix);
  });
});

test("the list goes page by page, newest first, and misses and repeats no key", async () => {
  for (let n = 0; n < 5; n++) {
    now = days(n);
    await made(operations, { partnerId: partnerId(shop), name: `key ${n}` });
    await made(operations, { partnerId: partnerId(shop), name: `key ${n} b` });
  }
  const list = `query ($after: Cursor, $first: Int!) {
    apiKeys(first: $first, after: $after) { nodes { prefix createdAt } pageInfo { endCursor hasNextPage } }
  }`;
  interface Listed {
    apiKeys: { nodes: { prefix: string; createdAt: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
  }
  const whole = (await api.ask<Listed>(operations, list, { first: 100 })).apiKeys.nodes;
  const paged: typeof whole = [];
  for (let after: string | null = null; ;) {
    const { nodes, pageInfo }: Listed["apiKeys"] = (await api.ask<Listed>(operations, list, { first: 3, after }))
      .apiKeys;
    paged.push(...nodes);
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  expect(paged).toEqual(whole);
  expect(whole.map((key) => key.createdAt)).toEqual(
    whole
      .map((key) => key.createdAt)
      .sort()
      .reverse(),
  );
  expect(new Set(whole.map((key) => key.prefix)).size).toBe(whole.length);
});
