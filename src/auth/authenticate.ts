import { hash } from "node:crypto";
import type { Services } from "../context";
import type { Database } from "../db/client";
import { memberLoaders } from "../members/members.loaders";
import { KeyDigests, type FreshKey } from "./api-key-secret";
import {
  actorBySubject,
  apiKeyByPrefix,
  makersOfApiKey,
  recordKeyUse,
  type ActorRow,
  type ApiKeyRow,
} from "./auth.queries";
import { actorIdOfKey, anonymous, type Actor } from "./core/actor";
import { keyStateAt } from "./core/api-key";
import { readCredentials, type CredentialHeaders, type Credentials } from "./core/credentials";
import type { TrustedIssuer } from "./core/issuer";
import { ShortMemory } from "./short-memory";
import { tokenVerifier, type TokenFailure, type VerifyToken } from "./verify-token";

/** Why a caller who showed credentials was not let in. Stable. */
export type AuthenticationFailure =
  | TokenFailure
  | "CREDENTIALS_MALFORMED"
  | "CREDENTIALS_AMBIGUOUS"
  | "ACTOR_UNKNOWN"
  | "API_KEY_INVALID"
  | "API_KEY_EXPIRED"
  | "API_KEY_REVOKED";

/** `status` is the one of HTTP: 401, or 503 where the issuer's keys could not be fetched and trying again may help. */
export type Authentication =
  | {
      readonly ok: true;
      readonly actor: Actor;
      /** What the credentials were issued to: the token's client, or `key:<prefix>`. */
      readonly client?: string | undefined;
    }
  | { readonly ok: false; readonly status: 401 | 503; readonly code: AuthenticationFailure; readonly message: string };

export interface Authenticator {
  /**
   * Says who calls. No credentials: anonymous. Bad ones are a failure, never anonymous, so that a client learns that its
   * token ran out rather than that it may not. Rejects only where the database fails.
   *
   * An answer is remembered for five seconds, or every request would cost a statement and the check of a signature: an
   * actor that was disabled, or a key that was revoked, still enters for at most that long, on every server.
   */
  authenticate(headers: CredentialHeaders): Promise<Authentication>;
  /** Waits for the writes of last use that are under way; to be called before the database is closed. */
  settled(): Promise<void>;
}

export const rememberedForMillis = 5_000;
const rememberedAtMost = 10_000;
/** The last use of a key is recorded at most once in this time. */
const useIsRecordedEveryMillis = 60_000;

/** Made once per process. Throws for issuers that cannot be used together. */
export function createAuthenticator(wanted: {
  readonly issuers: readonly TrustedIssuer[];
  readonly services: Pick<Services, "database" | "masterKey" | "clock" | "log">;
}): Authenticator {
  const { services } = wanted;
  const verifyToken = tokenVerifier(wanted.issuers);
  const keyEntrance = new KeyEntrance(services);
  const memory = new ShortMemory<Entrance>(services.clock, rememberedForMillis, rememberedAtMost);

  const enter = (credentials: Credentials): Promise<Entrance> => {
    switch (credentials.kind) {
      case "none":
        return Promise.resolve({ ok: true, actor: anonymous, until: undefined });
      case "unreadable":
        return Promise.resolve({ ok: false, status: 401, code: credentials.code, message: credentials.message });
      case "token":
        return remember(`token:${credentials.token}`, () => enterByToken(services, verifyToken, credentials.token));
      case "key": {
        const name = `key:${credentials.prefix}.${credentials.secret}`;
        return remember(name, () => keyEntrance.enter(credentials));
      }
    }
  };
  const remember = (secret: string, ask: () => Promise<Entrance>) =>
    memory.recall(digest(secret), ask, (entrance) => (entrance.ok ? entrance.until?.getTime() : undefined));

  return {
    authenticate: async (headers) => {
      const entrance = await enter(readCredentials(headers));
      return entrance.ok ? { ok: true, actor: entrance.actor, client: entrance.client } : entrance;
    },
    settled: () => keyEntrance.settled(),
  };
}

/** An answer with the instant at which it ends by itself: the token's or the key's expiry. */
type Entrance =
  | (Extract<Authentication, { ok: true }> & { readonly until: Date | undefined })
  | Extract<Authentication, { ok: false }>;

/** Credentials themselves do not stay in memory for others to find there. */
function digest(secret: string): string {
  return hash("sha256", secret, "base64");
}

async function enterByToken(
  { database, clock, log }: Pick<Services, "database" | "clock" | "log">,
  verify: VerifyToken,
  token: string,
): Promise<Entrance> {
  const verified = await verify(token, clock());
  if (!verified.ok) {
    if (verified.code === "ISSUER_UNREACHABLE") log.error({ err: verified.cause }, "the keys of an issuer are missing");
    return failure(verified.code);
  }
  const row = await actorBySubject(database.app, verified.issuer, verified.subject);
  // Never registered and disabled are one answer: whoever holds an old token learns nothing new by it.
  if (!row || row.disabledAt !== null) return failure("ACTOR_UNKNOWN");
  const actor = await asTheMemberItBecame(database, actorOfRow(row));
  return { ok: true, actor, client: verified.client, until: verified.validUntil };
}

/** Whoever was merged into another member comes in as that one: its own row only redirects and shows nothing. */
async function asTheMemberItBecame(database: Database, actor: Actor): Promise<Actor> {
  if (actor.kind !== "member") return actor;
  const member = await memberLoaders(database, doorkeeper).memberById.load(actor.memberId);
  return member ? { ...actor, memberId: member.memberId } : actor;
}

const doorkeeper: Actor = { kind: "service", actorId: "authentication", name: "authentication" };

/** The actor that a row of the actors table stands for. Throws where the row breaks its own constraints. */
export function actorOfRow(row: ActorRow): Actor {
  const { actorId, kind, partnerId, memberId } = row;
  if (kind === "staff") return { kind, actorId, roles: new Set(row.roles) };
  if (kind === "service") return { kind, actorId, name: row.subject };
  if (kind === "partner" && partnerId) {
    return { kind, actorId, partnerId, channel: "user", scopes: new Set(row.scopes) };
  }
  if (kind === "member" && memberId) return { kind, actorId, memberId };
  throw new TypeError(`the actor ${actorId} of kind ${kind} names nobody`);
}

/** The actor that a key stands for, with `onBehalfOf` as `makersOfApiKey` answers. */
export function actorOfKey({ prefix, partnerId, scopes }: ApiKeyRow, onBehalfOf: readonly string[]): Actor {
  const actorId = actorIdOfKey(prefix);
  return { kind: "partner", actorId, partnerId, channel: "service", scopes: new Set(scopes), onBehalfOf };
}

/** Lets in by API key, and writes down that the key was used without keeping the caller waiting. */
class KeyEntrance {
  readonly #digests: KeyDigests;
  readonly #writing = new Set<Promise<void>>();

  constructor(private readonly services: Pick<Services, "database" | "masterKey" | "clock" | "log">) {
    this.#digests = new KeyDigests(services.masterKey);
  }

  async enter(key: FreshKey): Promise<Entrance> {
    const now = this.services.clock();
    const row = await apiKeyByPrefix(this.services.database.vault, key.prefix);
    const matches = this.#digests.matches(row?.secretHmac, key);
    if (!row || !matches) return failure("API_KEY_INVALID");
    const state = keyStateAt(now, row);
    if (state !== "LIVE") return failure(`API_KEY_${state}`);
    const makers = await makersOfApiKey(this.services.database.vault, row.prefix);
    this.#recordUse(row, now);
    const actor = actorOfKey(row, makers);
    return { ok: true, actor, client: actorIdOfKey(row.prefix), until: row.expiresAt };
  }

  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #recordUse(row: ApiKeyRow, now: Date): void {
    const before = new Date(now.getTime() - useIsRecordedEveryMillis);
    if (row.lastUsedAt !== null && row.lastUsedAt >= before) return;
    const { database, log } = this.services;
    const write = recordKeyUse(database.vault, row.prefix, now, before)
      .catch((error: unknown) => log.warn({ err: error, prefix: row.prefix }, "the last use of a key is not recorded"))
      .finally(() => this.#writing.delete(write));
    this.#writing.add(write);
  }
}

const messages: Record<Exclude<AuthenticationFailure, "CREDENTIALS_MALFORMED" | "CREDENTIALS_AMBIGUOUS">, string> = {
  TOKEN_MALFORMED: "The bearer token is not a signed JWT with an issuer.",
  ISSUER_NOT_TRUSTED: "The bearer token's issuer is not trusted here.",
  TOKEN_EXPIRED: "The bearer token has expired; get a new one.",
  TOKEN_NOT_YET_VALID: "The bearer token is not valid yet; check the clocks.",
  TOKEN_INVALID: "The bearer token's signature, algorithm or audience is not accepted.",
  ISSUER_UNREACHABLE: "The issuer's keys cannot be fetched now; try again.",
  ACTOR_UNKNOWN: "The bearer of this token has no access here.",
  API_KEY_INVALID: "The API key is not known.",
  API_KEY_EXPIRED: "The API key has expired; use its successor.",
  API_KEY_REVOKED: "The API key was revoked.",
};

function failure(code: keyof typeof messages): Extract<Authentication, { ok: false }> {
  return { ok: false, status: code === "ISSUER_UNREACHABLE" ? 503 : 401, code, message: messages[code] };
}
