import { createECDH, createPrivateKey, hkdfSync, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import type { Clock } from "../kernel/clock";
import type { PublicKey, TrustedIssuer } from "./core/issuer";

export const developmentIssuerName = "urn:merchant-alliance:development";
const audience = "merchant-alliance";
const algorithm = "ES256";
const keyId = "development";

/**
 * Issues tokens for the embedded default, where there is no OIDC provider. Its signing key follows from a secret that is
 * generated per installation, so that tokens outlive a restart and none is good at another installation.
 *
 * P-256 rather than Ed25519: the latter makes Node 20 print a warning of an experimental feature at every start.
 */
export class DevelopmentIssuer {
  /** As the authenticator is to trust it. */
  readonly trusted: TrustedIssuer;
  readonly #privateKey: KeyObject;
  readonly #clock: Clock;

  /** `signingKey` is the installation's secret of 32 bytes in base64url. Throws where the environment is production. */
  constructor(settings: {
    readonly signingKey: string;
    readonly environment: string | undefined;
    readonly clock: Clock;
  }) {
    if (settings.environment === "production") {
      throw new Error(
        "The development issuer does not start with NODE_ENV=production: configure OIDC issuers instead.",
      );
    }
    const { privateKey, publicKey } = deriveKeys(Buffer.from(settings.signingKey, "base64url"));
    this.#privateKey = privateKey;
    this.#clock = settings.clock;
    this.trusted = { issuer: developmentIssuerName, audience, algorithms: [algorithm], jwks: { keys: [publicKey] } };
  }

  /** A token for a subject that is registered in the actors table under this issuer. */
  async mint(token: { readonly subject: string; readonly lifetimeSeconds: number }): Promise<string> {
    const now = Math.floor(this.#clock().getTime() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: algorithm, kid: keyId, typ: "JWT" })
      .setIssuer(developmentIssuerName)
      .setAudience(audience)
      .setSubject(token.subject)
      .setIssuedAt(now)
      .setExpirationTime(now + token.lifetimeSeconds)
      .sign(this.#privateKey);
  }
}

function deriveKeys(secret: Buffer): { privateKey: KeyObject; publicKey: PublicKey } {
  if (secret.length !== 32) throw new TypeError(`the signing key has ${secret.length} bytes, expected 32`);
  const scalar = scalarFrom(secret);
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33, 65).toString("base64url"),
  };
  const privateKey = createPrivateKey({ key: { ...jwk, d: scalar.toString("base64url") }, format: "jwk" });
  return { privateKey, publicKey: { ...jwk, kid: keyId, alg: algorithm, use: "sig" } };
}

/** The first bit is cleared, which keeps the scalar below the curve's order without trying again. */
function scalarFrom(secret: Buffer): Buffer {
  const scalar = Buffer.from(hkdfSync("sha256", secret, "", "development-issuer:es256", 32));
  scalar[0] = (scalar[0] ?? 0) & 0x7f;
  return scalar;
}
