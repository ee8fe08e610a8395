import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

const iterations = 4096;

/**
 * What PostgreSQL stores for a password (RFC 5802, SCRAM-SHA-256). Sent instead of the password itself, which would
 * appear in the server's log when that records statements. The salt follows from role and password, so that the same
 * password gives the same text and repeated setting changes nothing.
 */
export function scramVerifier(role: string, password: string): string {
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new Error("A role's password must consist of printable ASCII characters without spaces");
  }
  const salt = createHmac("sha256", password).update(role).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
