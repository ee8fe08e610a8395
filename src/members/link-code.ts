import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Whom a code stands for, and the first instant at which it no longer does. */
export interface LinkCode {
  readonly memberId: string;
  readonly expiresAt: Date;
}

const lifeMillis = 10 * 60_000;
const nonceLength = 12;
const tagLength = 16;
/** Member, and the expiry in milliseconds since 1970. */
const plainLength = 16 + 8;
const sealedLength = nonceLength + tagLength + plainLength;

/** Long enough to walk to a counter, too short to be collected. */
export function linkCodeExpiry(now: Date): Date {
  return new Date(now.getTime() + lifeMillis);
}

/**
 * Seals (member, expiry) into 70 url-safe characters: what a member hands to a partner so that it may link its number.
 * Nothing is stored, so a code can be used more than once while it lives: by one partner to no avail, since a member has
 * one number at each, and by others only where the member handed it to them too. AES-256-GCM under a key of this use; the
 * nonce is random, since one key seals far fewer than 2^32 codes.
 */
export function sealLinkCode(masterKey: Buffer, { memberId, expiresAt }: LinkCode): string {
  const plain = Buffer.alloc(plainLength);
  plain.write(memberId.replaceAll("-", ""), 0, "hex");
  plain.writeBigUInt64BE(BigInt(expiresAt.getTime()), 16);
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", keyOf(masterKey), nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** What the code says, expired or not; undefined where it was not made here, or altered. */
export function openLinkCode(masterKey: Buffer, code: string): LinkCode | undefined {
  const sealed = Buffer.from(code, "base64url");
  // The decoder forgives foreign characters and spare bits, but one code has one text.
  if (sealed.length !== sealedLength || sealed.toString("base64url") !== code) return undefined;
  const options = { authTagLength: tagLength };
  const decipher = createDecipheriv("aes-256-gcm", keyOf(masterKey), sealed.subarray(0, nonceLength), options);
  decipher.setAuthTag(sealed.subarray(nonceLength, nonceLength + tagLength));
  const plain = decipher.update(sealed.subarray(nonceLength + tagLength));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  const hex = plain.toString("hex", 0, 16);
  const memberId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { memberId, expiresAt: new Date(Number(plain.readBigUInt64BE(16))) };
}

function keyOf(masterKey: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, "", "link-code", 32));
}
