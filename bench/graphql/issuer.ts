import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const algorithm = "ES256";
const audience = "merchant-alliance";

/** An OIDC issuer of the benchmark's own, as far as a server checks tokens by it: a key set to fetch, and tokens. */
export interface BenchIssuer {
  readonly issuer: string;
  /** What ALLIANCE_OIDC_ISSUERS is to say. */
  readonly setting: string;
  /** A new token at every call, good for a day. */
  tokenOf(subject: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<BenchIssuer> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const keys = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: "bench", alg: algorithm, use: "sig" }],
  });
  const server = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(keys),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let made = 0;
  return {
    issuer,
    setting: JSON.stringify([{ issuer, audience, jwksUrl: `${issuer}/jwks`, algorithms: [algorithm] }]),
    tokenOf: (subject) =>
      new SignJWT()
        .setProtectedHeader({ alg: algorithm, kid: "bench", typ: "JWT" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setJti(String((made += 1)))
        .setIssuedAt()
        .setExpirationTime("24 h")
        .sign(privateKey),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
