import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from "jose";
import { createAuthenticator, type Authenticator } from "../../src/auth/authenticate";
import { actors } from "../../src/auth/auth.tables";
import type { TrustedIssuer } from "../../src/auth/core/issuer";
import { developmentIssuerName, DevelopmentIssuer } from "../../src/auth/development-issuer";
import { testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

const start = new Date("2026-06-01T00:00:00Z");
const issuer = "https://id.example.org";
const audience = "alliance";

let now = start;
let api: TestApi;
let trusted: TrustedIssuer;
let privateKey: CryptoKey;
let strangersKey: CryptoKey;
let authenticator: Authenticator;

beforeAll(async () => {
  const { database } = await testDatabase();
  api = testApi(database, () => now);
  const pair = await generateKeyPair("RS256");
  privateKey = pair.privateKey;
  strangersKey = (await generateKeyPair("RS256")).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256" };
  trusted = { issuer, audience, algorithms: ["RS256"], jwks: { keys: [jwk] } };
  await database.app.insert(actors).values([
    { ...blank, subject: "lin", actorId: id(1), kind: "member", memberId: id(101) },
    { ...blank, subject: "ming", actorId: id(2), kind: "staff", roles: ["SUPPORT", "RISK"] },
    { ...blank, subject: "clerk", actorId: id(3), kind: "partner", partnerId: id(201), scopes: ["members:read"] },
    { ...blank, subject: "jobs", actorId: id(4), kind: "service" },
    { ...blank, subject: "gone", actorId: id(5), kind: "staff", roles: ["FINANCE"], disabledAt: start },
    { ...blank, issuer: "https://other.example.org", subject: "elsewhere", actorId: id(6), kind: "service" },
  ]);
});

beforeEach(() => {
  now = start;
  authenticator = createAuthenticator({ issuers: [trusted], services: api.services });
});

const id = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const blank = { issuer, roles: [], scopes: [], createdAt: start };
const actorIs = (actorId: string) => eq(actors.actorId, actorId);
const seconds = (n: number) => new Date(start.getTime() + n * 1000);

interface TokenParts {
  readonly claims?: JWTPayload;
  readonly key?: CryptoKey | Uint8Array;
  readonly alg?: string;
}

/** A token that is good in every way but the one the test changes. */
function token({ claims = {}, key = privateKey, alg = "RS256" }: TokenParts = {}): Promise<string> {
  const whole = { iss: issuer, aud: audience, sub: "ming", exp: epoch(seconds(600)), ...claims };
  return new SignJWT(whole).setProtectedHeader({ alg, kid: "one" }).sign(key);
}

const epoch = (instant: Date) => instant.getTime() / 1000;
const bearer = async (parts?: TokenParts) =>
  authenticator.authenticate({ authorization: `Bearer ${await token(parts)}` });
const failed = (code: string, status = 401) => ({ ok: false, status, code, message: expect.any(String) as string });

describe("a good token", () => {
  test("stands for what the actors table says of its subject, whatever its kind", async () => {
    expect(await bearer({ claims: { sub: "ming" } })).toEqual({
      ok: true,
      actor: { kind: "staff", actorId: id(2), roles: new Set(["SUPPORT", "RISK"]) },
    });
    expect(await bearer({ claims: { sub: "lin" } })).toEqual({
      ok: true,
      actor: { kind: "member", actorId: id(1), memberId: id(101) },
    });
    expect(await bearer({ claims: { sub: "clerk" } })).toEqual({
      ok: true,
      actor: {
        kind: "partner",
        actorId: id(3),
        partnerId: id(201),
        channel: "user",
        scopes: new Set(["members:read"]),
      },
    });
    expect(await bearer({ claims: { sub: "jobs" } })).toEqual({
      ok: true,
      actor: { kind: "service", actorId: id(4), name: "jobs" },
    });
  });

  test("gains nothing by what it claims of roles, scopes and partners", async () => {
    const claims = { sub: "lin", roles: ["FINANCE"], scope: "members:write", partnerId: id(201), kind: "staff" };
    expect(await bearer({ claims })).toEqual({
      ok: true,
      actor: { kind: "member", actorId: id(1), memberId: id(101) },
    });
  });

  test("tells the client that it was issued to, which comes beside the actor and is no part of it", async () => {
    const actor = { kind: "member", actorId: id(1), memberId: id(101) };
    const told = (claims: JWTPayload) => bearer({ claims: { sub: "lin", ...claims } });
    expect(await told({ azp: "app-ios", client_id: "another" })).toEqual({ ok: true, actor, client: "app-ios" });
    expect(await told({ client_id: "app-ios" })).toEqual({ ok: true, actor, client: "app-ios" });
    expect(await told({ azp: ["app-ios"] })).toEqual({ ok: true, actor });
  });

  test("may name several audiences", async () => {
    expect(await bearer({ claims: { aud: ["another", audience] } })).toMatchObject({ ok: true });
  });

  test("is good for thirty seconds after its expiry and before its beginning, for clocks that differ", async () => {
    expect(await bearer({ claims: { exp: epoch(seconds(-29)) } })).toMatchObject({ ok: true });
    expect(await bearer({ claims: { nbf: epoch(seconds(29)) } })).toMatchObject({ ok: true });
  });
});

describe("a bad token is refused and never taken for no token", () => {
  test.each<[string, string, () => Promise<string>]>([
    ["is past its expiry", "TOKEN_EXPIRED", () => token({ claims: { exp: epoch(seconds(-31)) } })],
    ["has no expiry", "TOKEN_INVALID", () => token({ claims: { exp: undefined } })],
    ["begins later", "TOKEN_NOT_YET_VALID", () => token({ claims: { nbf: epoch(seconds(31)) } })],
    ["is for another audience", "TOKEN_INVALID", () => token({ claims: { aud: "somebody-else" } })],
    ["is for no audience", "TOKEN_INVALID", () => token({ claims: { aud: undefined } })],
    ["has no subject", "TOKEN_INVALID", () => token({ claims: { sub: undefined } })],
    ["has an empty subject", "TOKEN_INVALID", () => token({ claims: { sub: "" } })],
    ["is signed by a stranger", "TOKEN_INVALID", () => token({ key: strangersKey })],
    ["is signed in another algorithm", "TOKEN_INVALID", () => token({ key: Buffer.alloc(32, 1), alg: "HS256" })],
    ["is not signed", "TOKEN_INVALID", () => Promise.resolve(unsigned())],
    ["has another's signature", "TOKEN_INVALID", () => withForeignSignature()],
    ["comes from a stranger", "ISSUER_NOT_TRUSTED", () => token({ claims: { iss: "https://evil.example.org" } })],
    ["names its issuer almost", "ISSUER_NOT_TRUSTED", () => token({ claims: { iss: `${issuer}/` } })],
    ["names no issuer", "TOKEN_MALFORMED", () => token({ claims: { iss: undefined } })],
    ["is no JWT", "TOKEN_MALFORMED", () => Promise.resolve("abc.def.ghi")],
    ["has a subject nobody knows", "ACTOR_UNKNOWN", () => token({ claims: { sub: "nobody" } })],
    ["has a subject of another issuer", "ACTOR_UNKNOWN", () => token({ claims: { sub: "elsewhere" } })],
    ["has a disabled subject", "ACTOR_UNKNOWN", () => token({ claims: { sub: "gone" } })],
  ])("where it %s", async (_, code, make) => {
    expect(await authenticator.authenticate({ authorization: `Bearer ${await make()}` })).toEqual(failed(code));
  });

  test("tells a disabled subject from an unknown one by nothing", async () => {
    expect(await bearer({ claims: { sub: "gone" } })).toEqual(await bearer({ claims: { sub: "nobody" } }));
  });

  function unsigned(): string {
    return new UnsecuredJWT({ iss: issuer, aud: audience, sub: "ming", exp: epoch(seconds(600)) }).encode();
  }

  async function withForeignSignature(): Promise<string> {
    const [header, body] = (await token({ claims: { sub: "lin" } })).split(".");
    return [header, body, (await token({ claims: { sub: "ming" } })).split(".")[2]].join(".");
  }
});

describe("the headers", () => {
  test("without credentials stand for nobody, who may enter as such", async () => {
    expect(await authenticator.authenticate({})).toEqual({ ok: true, actor: { kind: "anonymous" } });
  });

  test.each([
    ["an empty Authorization", { authorization: "" }, "CREDENTIALS_MALFORMED"],
    ["a scheme alone", { authorization: "Bearer" }, "CREDENTIALS_MALFORMED"],
    ["a token without scheme", { authorization: "abc.def.ghi" }, "CREDENTIALS_MALFORMED"],
    ["another scheme", { authorization: "Basic bWluZzpzZWNyZXQ=" }, "CREDENTIALS_MALFORMED"],
    ["two tokens", { authorization: "Bearer a.b.c d.e.f" }, "CREDENTIALS_MALFORMED"],
    ["a header of ten thousand characters", { authorization: `Bearer ${"x".repeat(10_000)}` }, "CREDENTIALS_MALFORMED"],
    ["a key without secret", { authorization: "ApiKey alk_3f9c2a7b1d4e" }, "CREDENTIALS_MALFORMED"],
    ["an empty X-Api-Key", { apiKey: "" }, "CREDENTIALS_MALFORMED"],
    ["a key of the wrong shape", { apiKey: "alk_short.secret" }, "CREDENTIALS_MALFORMED"],
    ["both headers", { authorization: "Bearer a.b.c", apiKey: "alk_3f9c2a7b1d4e.x" }, "CREDENTIALS_AMBIGUOUS"],
  ])("with %s are refused, and not repeated in the answer", async (_, headers, code) => {
    const answer = await authenticator.authenticate(headers);
    expect(answer).toEqual(failed(code));
    for (const value of Object.values(headers)) {
      if (value.length > 12) expect(JSON.stringify(answer)).not.toContain(value.slice(-12));
    }
  });

  test("know the scheme in any case", async () => {
    expect(await authenticator.authenticate({ authorization: `bearer ${await token()}` })).toMatchObject({ ok: true });
  });
});

describe("what is remembered", () => {
  afterEach(async () => {
    await api.services.database.app
      .update(actors)
      .set({ disabledAt: null })
      .where(actorIs(id(2)));
  });

  test("keeps a disabled actor in for less than five seconds", async () => {
    const authorization = `Bearer ${await token()}`;
    expect(await authenticator.authenticate({ authorization })).toMatchObject({ ok: true });
    await api.services.database.app
      .update(actors)
      .set({ disabledAt: start })
      .where(actorIs(id(2)));
    now = new Date(start.getTime() + 4_999);
    expect(await authenticator.authenticate({ authorization })).toMatchObject({ ok: true });
    now = new Date(start.getTime() + 5_000);
    expect(await authenticator.authenticate({ authorization })).toEqual(failed("ACTOR_UNKNOWN"));
  });

  test("never outlives the token", async () => {
    const authorization = `Bearer ${await token({ claims: { exp: epoch(seconds(-28)) } })}`;
    expect(await authenticator.authenticate({ authorization })).toMatchObject({ ok: true });
    now = seconds(3);
    expect(await authenticator.authenticate({ authorization })).toEqual(failed("TOKEN_EXPIRED"));
  });

  test("is no refusal: who was refused and is registered then may enter at once", async () => {
    const authorization = `Bearer ${await token({ claims: { sub: "late" } })}`;
    expect(await authenticator.authenticate({ authorization })).toEqual(failed("ACTOR_UNKNOWN"));
    await api.services.database.app
      .insert(actors)
      .values({ ...blank, subject: "late", actorId: id(7), kind: "service" });
    expect(await authenticator.authenticate({ authorization })).toMatchObject({ ok: true });
  });

  test("is forgotten when the clock is set back", async () => {
    const authorization = `Bearer ${await token()}`;
    await authenticator.authenticate({ authorization });
    await api.services.database.app
      .update(actors)
      .set({ disabledAt: start })
      .where(actorIs(id(2)));
    now = seconds(-60);
    expect(await authenticator.authenticate({ authorization })).toEqual(failed("ACTOR_UNKNOWN"));
  });
});

describe("issuers", () => {
  test.each([
    ["a symmetric algorithm", { algorithms: ["HS256"] }],
    ["no signature", { algorithms: ["RS256", "none"] }],
    ["no algorithm", { algorithms: [] }],
    ["no audience", { audience: "" }],
  ])("with %s are not taken", (_, change) => {
    const issuers = [{ ...trusted, ...change }];
    expect(() => createAuthenticator({ issuers, services: api.services })).toThrow(TypeError);
  });

  test("are not taken twice", () => {
    const issuers = [trusted, { ...trusted, audience: "another" }];
    expect(() => createAuthenticator({ issuers, services: api.services })).toThrow(/twice/);
  });

  describe("with keys on the web", () => {
    let server: Server;
    let answer: () => { status: number; body: string };
    let remote: Authenticator;

    beforeEach(async () => {
      server = createServer((_, response) => {
        const { status, body } = answer();
        response.writeHead(status, { "content-type": "application/json" }).end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const jwksUrl = `http://127.0.0.1:${port}/jwks`;
      const issuers: TrustedIssuer[] = [{ issuer, audience, algorithms: ["RS256"], jwksUrl }];
      remote = createAuthenticator({ issuers, services: api.services });
    });

    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    test("are fetched and used", async () => {
      answer = () => ({ status: 200, body: JSON.stringify("jwks" in trusted ? trusted.jwks : {}) });
      expect(await remote.authenticate({ authorization: `Bearer ${await token()}` })).toMatchObject({ ok: true });
      expect(await remote.authenticate({ authorization: `Bearer ${await token({ key: strangersKey })}` })).toEqual(
        failed("TOKEN_INVALID"),
      );
    });

    test("that cannot be had are the issuer's fault, not the token's: 503", async () => {
      const authorization = `Bearer ${await token()}`;
      answer = () => ({ status: 500, body: "{}" });
      expect(await remote.authenticate({ authorization })).toEqual(failed("ISSUER_UNREACHABLE", 503));
      answer = () => ({ status: 200, body: "no JSON" });
      expect(await remote.authenticate({ authorization })).toEqual(failed("ISSUER_UNREACHABLE", 503));
    });
  });
});

describe("the development issuer", () => {
  const signingKey = createHash("sha256").update("installation").digest("base64url");
  const development = () => new DevelopmentIssuer({ signingKey, environment: "development", clock: () => now });

  test("mints tokens for registered subjects that another start of the same installation accepts", async () => {
    await api.services.database.app.insert(actors).values({
      ...blank,
      issuer: developmentIssuerName,
      subject: "demo",
      actorId: id(8),
      kind: "staff",
      roles: ["RISK"],
    });
    const minted = await development().mint({ subject: "demo", lifetimeSeconds: 60 });
    const later = createAuthenticator({ issuers: [trusted, development().trusted], services: api.services });
    const authorization = `Bearer ${minted}`;
    expect(await later.authenticate({ authorization })).toEqual({
      ok: true,
      actor: { kind: "staff", actorId: id(8), roles: new Set(["RISK"]) },
    });
    now = seconds(60 + 31);
    expect(await later.authenticate({ authorization })).toEqual(failed("TOKEN_EXPIRED"));
  });

  test("mints nothing for subjects of other issuers or another installation", async () => {
    const strangers = new DevelopmentIssuer({
      signingKey: createHash("sha256").update("another").digest("base64url"),
      environment: "development",
      clock: () => now,
    });
    const ours = createAuthenticator({ issuers: [trusted, development().trusted], services: api.services });
    const minted = await development().mint({ subject: "ming", lifetimeSeconds: 60 });
    expect(await ours.authenticate({ authorization: `Bearer ${minted}` })).toEqual(failed("ACTOR_UNKNOWN"));
    const foreign = await strangers.mint({ subject: "demo", lifetimeSeconds: 60 });
    expect(await ours.authenticate({ authorization: `Bearer ${foreign}` })).toEqual(failed("TOKEN_INVALID"));
  });

  test("publishes no part of its private key", () => {
    const published = JSON.stringify(development().trusted);
    expect(JSON.parse(published)).toMatchObject({ jwks: { keys: [{ kty: "EC", crv: "P-256" }] } });
    expect(published).not.toContain('"d"');
  });

  test("does not start in production, nor with half a key", () => {
    expect(() => new DevelopmentIssuer({ signingKey, environment: "production", clock: () => now })).toThrow(
      /production/,
    );
    expect(
      () => new DevelopmentIssuer({ signingKey: signingKey.slice(0, 20), environment: "test", clock: () => now }),
    ).toThrow(/32/);
  });
});
