interface IssuerClaims {
  /** Exactly the `iss` claim. */
  readonly issuer: string;
  /** One of the values of the `aud` claim. */
  readonly audience: string;
  /** The only signature algorithms accepted: `["RS256"]`. Never a symmetric one, never `none`. */
  readonly algorithms: readonly string[];
}

/** A public key as JSON (RFC 7517). */
export type PublicKey = Readonly<Record<string, unknown>> & { readonly kty?: string };

/** Whose tokens are trusted, what they must say, and where the keys are that check their signatures. */
export type TrustedIssuer = IssuerClaims &
  ({ readonly jwksUrl: string } | { readonly jwks: { readonly keys: readonly PublicKey[] } });

const asymmetric = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA)$/;

/**
 * Why the issuers cannot be used together, or undefined. A symmetric algorithm would let everybody who knows the public
 * key sign; two entries of one issuer would make it a matter of luck which audience counts.
 */
export function problemOf(issuers: readonly TrustedIssuer[]): string | undefined {
  const seen = new Set<string>();
  for (const { issuer, audience, algorithms } of issuers) {
    if (seen.has(issuer)) return `The issuer ${issuer} is configured twice.`;
    if (audience === "") return `The issuer ${issuer} has no audience.`;
    if (algorithms.length === 0) return `The issuer ${issuer} has no algorithms.`;
    const refused = algorithms.find((algorithm) => !asymmetric.test(algorithm));
    if (refused) return `The issuer ${issuer} allows ${refused}, expected RS, PS or ES with 256, 384 or 512, or EdDSA.`;
    seen.add(issuer);
  }
  return undefined;
}
