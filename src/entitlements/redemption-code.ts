import { createHmac, hkdfSync, randomInt } from "node:crypto";

/** Without letters that are mistaken for digits or for each other when they are read out. */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 50 bits: who tries a thousand codes a second for their whole life finds one of a million open ones once in decades. */
const length = 10;
const lifeMillis = 5 * 60_000;
const qrPrefix = "RDM1:";

/** Long enough to walk to the till, too short to be collected. */
export function codeExpiry(now: Date): Date {
  return new Date(now.getTime() + lifeMillis);
}

export function makeCode(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** What a till's scanner reads: letters of the QR code's alphanumeric mode alone, so that the picture stays small. */
export function qrPayloadOf(code: string): string {
  return `${qrPrefix}${code}`;
}

/** The code in what was typed or scanned; undefined where it cannot be one. Spaces and hyphens help the eye only. */
export function readCode(text: string): string | undefined {
  const code = text
    .toUpperCase()
    .replace(qrPrefix, "")
    .replace(/[\s-]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return code.length === length && [...code].every((letter) => letters.includes(letter)) ? code : undefined;
}

/** By what the code is found. Keyed, so that whoever reads the table cannot try all codes out. */
export function digestOfCode(masterKey: Buffer, code: string): Buffer {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", "redemption-code", 32));
  return createHmac("sha256", key).update(code).digest();
}
