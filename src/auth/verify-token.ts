import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import { problemOf, type TrustedIssuer } from "./core/issuer";

/** How far the clocks of issuer and server may lie apart when `exp` and `nbf` are judged. */
export const clockToleranceSeconds = 30;

export type TokenFailure =
  | "TOKEN_MALFORMED"
  | "ISSUER_NOT_TRUSTED"
  | "TOKEN_EXPIRED"
  | "TOKEN_NOT_YET_VALID"
  | "TOKEN_INVALID"
  | "ISSUER_UNREACHABLE";

export type VerifiedToken =
  | {
      readonly ok: true;
      readonly issuer: string;
      readonly subject: string;
      /** The app that the token was issued to, where it says so. */
      readonly client: string | undefined;
      readonly validUntil: Date;
    }
  | { readonly ok: false; readonly code: TokenFailure; readonly cause: unknown };

export type VerifyToken = (token: string, now: Date) => Promise<VerifiedToken>;

/**
 * Checks tokens of the given issuers: signature by one of the issuer's keys under one of its algorithms, issuer,
 * audience, `exp` (which must be there) and `nbf`. Of the claims only issuer and subject are used; what the subject may
 * do stands in the actors table. The client (`azp`, else `client_id`) grants nothing either, but may restrict. Keys of remote issuers are fetched when first needed, kept ten minutes, and fetched
 * again for an unknown key id, at most every thirty seconds. Throws for issuers that cannot be used together.
 */
export function tokenVerifier(issuers: readonly TrustedIssuer[]): VerifyToken {
  const problem = problemOf(issuers);
  if (problem) throw new TypeError(problem);
  const known = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer) }]));

  return async (token, now) => {
    const claimed = claimedIssuer(token);
    if (claimed === undefined) return { ok: false, code: "TOKEN_MALFORMED", cause: undefined };
    const trusted = known.get(claimed);
    if (!trusted) return { ok: false, code: "ISSUER_NOT_TRUSTED", cause: undefined };
    const { issuer, audience, algorithms } = trusted.issuer;
    try {
      const { payload } = await jwtVerify(token, trusted.keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        currentDate: now,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ["exp", "sub"],
      });
      if (!payload.sub || payload.exp === undefined) return { ok: false, code: "TOKEN_INVALID", cause: undefined };
      const validUntil = new Date((payload.exp + clockToleranceSeconds) * 1000);
      const client = [payload.azp, payload.client_id].find((claim) => typeof claim === "string");
      return { ok: true, issuer, subject: payload.sub, client, validUntil };
    } catch (error) {
      return { ok: false, code: failureOf(error), cause: error };
    }
  };
}

function keysOf(issuer: TrustedIssuer): JWTVerifyGetKey {
  if ("jwks" in issuer) return createLocalJWKSet(issuer.jwks as unknown as JSONWebKeySet);
  return createRemoteJWKSet(new URL(issuer.jwksUrl), { timeoutDuration: 5_000 });
}

/** Only chooses whose keys to check with; nothing of it is believed before that. */
function claimedIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === "string" ? iss : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(error: unknown): TokenFailure {
  if (error instanceof errors.JWTExpired) return "TOKEN_EXPIRED";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === "nbf" && error.reason === "check_failed" ? "TOKEN_NOT_YET_VALID" : "TOKEN_INVALID";
  }
  // The token's own fault, each by its class; anything else happened on the way to the issuer's keys.
  const faults = [
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ];
  return faults.some((fault) => error instanceof fault) ? "TOKEN_INVALID" : "ISSUER_UNREACHABLE";
}
