import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

const tagLength = 16;

/**
 * Seals the keyset of a row into a cursor, as one viewer sees it. A keyset holds raw ids, which partners could compare,
 * and ids made by time, which tell when; so it is encrypted like a global id (an HMAC of the plaintext is tag and
 * initial counter), and bound to its connection, owner and filter: anywhere else it does not open.
 */
export class CursorSeal {
  readonly #macKey: Buffer;
  readonly #cipherKey: Buffer;

  constructor(masterKey: Buffer, viewer: string) {
    const derive = (use: string) => Buffer.from(hkdfSync("sha256", masterKey, "", `cursor:${use}:${viewer}`, 32));
    this.#macKey = derive("mac");
    this.#cipherKey = derive("cipher");
  }

  /** `place` says which connection, of what, filtered how. */
  seal(place: string, keyset: readonly string[]): string {
    const plain = Buffer.from(JSON.stringify(keyset));
    const tag = this.#tag(place, plain);
    return Buffer.concat([tag, createCipheriv("aes-256-ctr", this.#cipherKey, tag).update(plain)]).toString(
      "base64url",
    );
  }

  /** The keyset, or undefined where the cursor was not made here for this viewer and place. */
  open(place: string, cursor: string): readonly string[] | undefined {
    const sealed = Buffer.from(cursor, "base64url");
    if (sealed.length <= tagLength) return undefined;
    const tag = sealed.subarray(0, tagLength);
    const plain = createDecipheriv("aes-256-ctr", this.#cipherKey, tag).update(sealed.subarray(tagLength));
    if (!timingSafeEqual(tag, this.#tag(place, plain))) return undefined;
    return JSON.parse(plain.toString()) as string[];
  }

  #tag(place: string, plain: Buffer): Buffer {
    const lengths = `${Buffer.byteLength(place)}:`;
    return createHmac("sha256", this.#macKey)
      .update(lengths)
      .update(place)
      .update(plain)
      .digest()
      .subarray(0, tagLength);
  }
}
