import { eq, sql } from "drizzle-orm";
import { createAuthenticator, type Authenticator } from "../../src/auth/authenticate";
import type { Actor } from "../../src/auth/core/actor";
import { developmentIssuerName, DevelopmentIssuer } from "../../src/auth/development-issuer";
import { members } from "../../src/members/members.tables";
import { partners } from "../../src/merchants/merchants.tables";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

const start = new Date("2026-06-01T00:00:00Z");
const bank = "01890000-0000-7000-8000-000000000001";
const lin = "01890000-0000-7000-8000-000000000101";
const linAgain = "01890000-0000-7000-8000-000000000102";
const issuer = developmentIssuerName;
const operations = callers.staff("OPERATIONS");

let now = start;
let api: TestApi;
let tokens: DevelopmentIssuer;
let authenticator: Authenticator;

beforeAll(async () => {
  const { database } = await testDatabase();
  api = testApi(database, () => now);
  await database.app
    .insert(partners)
    .values([{ partnerId: bank, code: "river-bank", name: { en: "River Bank" }, createdAt: start }]);
  tokens = new DevelopmentIssuer({
    signingKey: Buffer.alloc(32, 3).toString("base64url"),
    environment: "test",
    clock: () => now,
  });
});

beforeEach(() => {
  now = start;
  authenticator = createAuthenticator({ issuers: [tokens.trusted], services: api.services });
});

interface ActorAnswer {
  readonly actor: { id: string; kind: string; roles: string[]; scopes: string[]; disabledAt: string | null } | null;
  readonly userErrors: { code: string; path: string[] | null }[];
}

async function register(input: Record<string, unknown>, actor: Actor = operations): Promise<ActorAnswer> {
  const document = `mutation ($input: RegisterActorInput!) {
    registerActor(input: $input) { actor { id kind roles scopes disabledAt } userErrors { code path } }
  }`;
  return (await api.ask<{ registerActor: ActorAnswer }>(actor, document, { input: { issuer, ...input } }))
    .registerActor;
}

async function disable(id: string, actor: Actor = operations): Promise<ActorAnswer> {
  const document = `mutation ($input: DisableActorInput!) {
    disableActor(input: $input) { actor { id disabledAt kind roles scopes } userErrors { code path } }
  }`;
  return (await api.ask<{ disableActor: ActorAnswer }>(actor, document, { input: { id } })).disableActor;
}

const codes = (refused: { userErrors: { code: string }[] }) => refused.userErrors.map((error) => error.code);
const globalId = (type: "Partner" | "Member", id: string) => {
  const ids = api.services.ids.forActor(operations);
  return type === "Partner" ? ids.seal("Partner", id) : ids.seal("Member", id, id);
};

async function enter(subject: string) {
  const token = await tokens.mint({ subject, lifetimeSeconds: 3600 });
  return authenticator.authenticate({ authorization: `Bearer ${token}` });
}

describe("an actor that is registered", () => {
  test("enters as staff with its roles", async () => {
    expect(await register({ subject: "ming", as: { staff: { roles: ["SUPPORT", "RISK"] } } })).toMatchObject({
      actor: { kind: "STAFF", roles: ["SUPPORT", "RISK"], scopes: [] },
      userErrors: [],
    });
    expect(await enter("ming")).toMatchObject({ actor: { kind: "staff", roles: new Set(["SUPPORT", "RISK"]) } });
  });

  test("enters as a partner's user with its scopes, as a person", async () => {
    const as = { partner: { partnerId: globalId("Partner", bank), scopes: ["MEMBERS_READ", "KEYS_WRITE"] } };
    expect(await register({ subject: "clerk", as })).toMatchObject({
      actor: { kind: "PARTNER", scopes: ["MEMBERS_READ", "KEYS_WRITE"], roles: [] },
    });
    expect(await enter("clerk")).toMatchObject({
      actor: { kind: "partner", partnerId: bank, channel: "user", scopes: new Set(["members:read", "keys:write"]) },
    });
  });

  test("enters as the member it is, and once that was merged, as the member it became", async () => {
    const { app } = api.services.database;
    const member = {
      enrolledBy: bank,
      joinedAt: start,
      locale: "en" as const,
      revision: 1,
      createdAt: start,
      updatedAt: start,
    };
    await app.insert(members).values([
      { ...member, memberId: lin, status: "ACTIVE" },
      { ...member, memberId: linAgain, status: "ACTIVE" },
    ]);
    expect(await register({ subject: "lin", as: { member: globalId("Member", lin) } })).toMatchObject({
      actor: { kind: "MEMBER", roles: [], scopes: [] },
    });
    expect(await enter("lin")).toMatchObject({ actor: { kind: "member", memberId: lin } });
    await app.update(members).set({ status: "MERGED", mergedInto: linAgain }).where(eq(members.memberId, lin));
    now = new Date(start.getTime() + 5_000);
    expect(await enter("lin")).toMatchObject({ actor: { kind: "member", memberId: linAgain } });
  });

  test("enters as a process of the operator", async () => {
    await register({ subject: "nightly", as: { service: true } });
    expect(await enter("nightly")).toMatchObject({ actor: { kind: "service", name: "nightly" } });
  });

  test("is named in the audit log without its subject, which may be a mail address", async () => {
    await register({ subject: "ming@example.org", as: { staff: { roles: ["SUPPORT"] } } });
    const rows = await api.services.database.app.execute<{ entry: string }>(
      sql`select row_to_json(a)::text as entry from alliance.audit_entries a where action = 'registerActor'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain("ming@example.org");
  });
});

describe("registering is refused", () => {
  test.each<[string, Record<string, unknown>, string, string[]]>([
    ["without roles", { as: { staff: { roles: [] } } }, "INVALID_INPUT", ["input", "as", "staff", "roles"]],
    [
      "for a partner that does not exist",
      { as: { partner: { partnerId: "nonsense", scopes: ["MEMBERS_READ"] } } },
      "NOT_FOUND",
      ["input", "as", "partner", "partnerId"],
    ],
    ["for a member that does not exist", { as: { member: "nonsense" } }, "NOT_FOUND", ["input", "as", "member"]],
    ["as a service that is none", { as: { service: false } }, "INVALID_INPUT", ["input", "as"]],
    [
      "for an issuer that is no address",
      { issuer: "somebody", as: { service: true } },
      "INVALID_INPUT",
      ["input", "issuer"],
    ],
    ["for an empty subject", { subject: " ", as: { service: true } }, "INVALID_INPUT", ["input", "subject"]],
    [
      "for a subject of 256 characters",
      { subject: "x".repeat(256), as: { service: true } },
      "INVALID_INPUT",
      ["input", "subject"],
    ],
  ])("%s", async (_, input, code, path) => {
    expect(await register({ subject: "refused", ...input })).toEqual({ actor: null, userErrors: [{ code, path }] });
  });

  test.each<[string, Actor]>([
    ["a marketer", callers.staff("MARKETER")],
    ["an approver", callers.staff("APPROVER")],
    ["risk, which only disables", callers.staff("RISK")],
    ["a partner's user with every scope it could need", callers.partner(bank, ["keys:write", "members:write"])],
    ["a member", callers.member(bank)],
  ])("to %s", async (_, actor) => {
    expect(codes(await register({ subject: "friend", as: { staff: { roles: ["FINANCE"] } } }, actor))).toEqual([
      "FORBIDDEN",
    ]);
    expect(await enter("friend")).toMatchObject({ code: "ACTOR_UNKNOWN" });
  });

  test("by the schema where the input says two things at once, or nothing", async () => {
    const document = `mutation ($input: RegisterActorInput!) { registerActor(input: $input) { userErrors { code } } }`;
    for (const as of [{}, { service: true, staff: { roles: ["RISK"] } }, { staff: null }]) {
      const answer = await api.execute(operations, document, { input: { issuer, subject: "both", as } });
      expect(answer.errors?.[0]?.message).toMatch(/[Ee]xactly one key|must be non-null/);
    }
  });

  test("while the subject is registered and not disabled", async () => {
    await register({ subject: "twice", as: { staff: { roles: ["SUPPORT"] } } });
    expect(codes(await register({ subject: "twice", as: { staff: { roles: ["FINANCE"] } } }))).toEqual([
      "ALREADY_EXISTS",
    ]);
    expect(await enter("twice")).toMatchObject({ actor: { roles: new Set(["SUPPORT"]) } });
  });
});

describe("disabling", () => {
  test("keeps the actor out within five seconds", async () => {
    const { actor } = await register({ subject: "leaver", as: { staff: { roles: ["SUPPORT"] } } });
    expect(await enter("leaver")).toMatchObject({ ok: true });
    expect(await disable(actor?.id ?? "")).toMatchObject({
      userErrors: [],
      actor: { disabledAt: start.toISOString() },
    });
    now = new Date(start.getTime() + 5_000);
    expect(await enter("leaver")).toMatchObject({ ok: false, code: "ACTOR_UNKNOWN" });
  });

  test("lets the subject be registered anew under the same id, with other roles", async () => {
    const first = await register({ subject: "mover", as: { staff: { roles: ["MARKETER"] } } });
    await disable(first.actor?.id ?? "");
    const second = await register({ subject: "mover", as: { staff: { roles: ["APPROVER"] } } });
    expect(second.actor).toMatchObject({ id: first.actor?.id, roles: ["APPROVER"], disabledAt: null });
    now = new Date(start.getTime() + 5_000);
    expect(await enter("mover")).toMatchObject({ actor: { roles: new Set(["APPROVER"]) } });
  });

  test("again changes nothing", async () => {
    const { actor } = await register({ subject: "again", as: { service: true } });
    await disable(actor?.id ?? "");
    now = new Date(start.getTime() + 1_000);
    expect(await disable(actor?.id ?? "")).toMatchObject({
      actor: { disabledAt: start.toISOString() },
      userErrors: [],
    });
  });

  test("is refused for oneself and for nobody", async () => {
    const { actor } = await register({ subject: "self", as: { staff: { roles: ["OPERATIONS"] } } });
    const entered = await enter("self");
    if (!entered.ok || !actor) throw new Error("the actor must enter");
    expect(codes(await disable(actor.id, entered.actor))).toEqual(["WRONG_STATE"]);
    expect(codes(await disable("nonsense"))).toEqual(["NOT_FOUND"]);
  });

  test.each<[string, Actor]>([
    ["support", callers.staff("SUPPORT")],
    ["a partner's user", callers.partner(bank, ["keys:write"])],
    ["a member", callers.member(bank)],
  ])("is refused to %s", async (_, caller) => {
    const { actor } = await register({ subject: `kept from ${caller.kind}`, as: { service: true } });
    expect(codes(await disable(actor?.id ?? "", caller))).toEqual(["FORBIDDEN"]);
  });
});

describe("the list of actors", () => {
  const list = `{ actors(first: 100) { nodes { id subject } } }`;

  test("is read by operations, risk and auditors", async () => {
    for (const role of ["OPERATIONS", "RISK", "AUDITOR"] as const) {
      const { actors } = await api.ask<{ actors: { nodes: unknown[] } }>(callers.staff(role), list);
      expect(actors.nodes.length).toBeGreaterThan(0);
    }
  });

  test("is forbidden to others, who do not find its entries by id either", async () => {
    const { actor } = await register({ subject: "hidden", as: { service: true } });
    for (const caller of [callers.staff("SUPPORT"), callers.partner(bank, ["keys:write"]), callers.member(bank)]) {
      const answer = await api.execute(caller, list);
      expect(answer.errors?.map((error) => error.extensions.code)).toEqual(["FORBIDDEN"]);
      expect(await api.ask(caller, `query ($id: ID!) { node(id: $id) { id } }`, { id: actor?.id })).toEqual({
        node: null,
      });
    }
  });
});

describe("the viewer", () => {
  const viewer = `{ viewer { actorId kind roles scopes partner { code } } }`;

  test("is nobody without credentials", async () => {
    expect(await api.ask({ kind: "anonymous" }, viewer)).toEqual({ viewer: null });
  });

  test("is told who it is and what it may", async () => {
    const clerk = callers.partner(bank, ["members:read"]);
    expect(await api.ask(clerk, viewer)).toEqual({
      viewer: {
        actorId: `partner-${bank}`,
        kind: "PARTNER",
        roles: [],
        scopes: ["MEMBERS_READ"],
        partner: { code: "river-bank" },
      },
    });
    expect(await api.ask(callers.staff("RISK"), viewer)).toMatchObject({
      viewer: { kind: "STAFF", roles: ["RISK"], scopes: [], partner: null },
    });
  });
});
