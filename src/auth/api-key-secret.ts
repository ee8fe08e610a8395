import { createHmac, hkdfSync, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** A fresh key: what the owner is shown once, and the prefix by which the key is known afterwards. */
export interface FreshKey {
  readonly prefix: string;
  readonly secret: string;
}

/** The prefix `alk_` lets scanners of source code recognise a leaked key; 256 random bits need no slow hash. */
export function makeKey(): FreshKey {
  const name = Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return { prefix: `alk_${name}`, secret: randomBytes(32).toString("base64url") };
}

/**
 * What is stored of keys and compared: HMAC-SHA256 of `prefix.secret`. Its key is derived from the master key, so that
 * a copy of the database alone checks no guesses, and a row moved under another prefix opens nothing.
 */
export class KeyDigests {
  readonly #hmacKey: Buffer;

  constructor(masterKey: Buffer) {
    this.#hmacKey = Buffer.from(hkdfSync("sha256", masterKey, "", "api-key:secret", 32));
  }

  of({ prefix, secret }: FreshKey): Buffer {
    return createHmac("sha256", this.#hmacKey).update(`${prefix}.${secret}`).digest();
  }

  /** In constant time, also where there is no such prefix and nothing to compare with. */
  matches(stored: Buffer | undefined, key: FreshKey): boolean {
    const digest = this.of(key);
    return timingSafeEqual(stored?.length === digest.length ? stored : nothing, digest) && stored !== undefined;
  }
}

/** No HMAC is all zeros but by a chance of 2^-256; `matches` does not rely on it. */
const nothing = Buffer.alloc(32);
