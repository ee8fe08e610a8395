import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { normaliseEmail, normalisePhone, type Profile } from "./core/profile";

/** What is stored of a person: the data key under the master key, and the profile under the data key. */
export interface SealedProfile {
  readonly sealedKey: Buffer;
  readonly sealedProfile: Buffer;
}

export interface ContactDigest {
  readonly kind: "EMAIL" | "PHONE";
  readonly digest: Buffer;
}

const seals = new WeakMap<Buffer, ProfileSeal>();

/** The seal of a master key; its derived keys are made once. */
export function profileSealOf(masterKey: Buffer): ProfileSeal {
  let seal = seals.get(masterKey);
  if (!seal) seals.set(masterKey, (seal = new ProfileSeal(masterKey)));
  return seal;
}

/**
 * Seals profiles, each with a key of the member's own, which is itself sealed with a key derived from the master key:
 * without `sealedKey` nobody opens the profile any more, also from an old backup of the profile alone. Everything is
 * bound to its member and its use, so that a row moved to another member, or a key put in a profile's place, does not
 * open. Throws where something was altered: that is damage or an attack, never a refusal.
 */
export class ProfileSeal {
  readonly #wrappingKey: Buffer;
  readonly #contactKey: Buffer;

  constructor(masterKey: Buffer) {
    const derive = (use: string) => Buffer.from(hkdfSync("sha256", masterKey, "", use, 32));
    this.#wrappingKey = derive("member-profile:data-key");
    this.#contactKey = derive("member-profile:contact-lookup");
  }

  /** Under the key the member has (`before`), else under a new one. */
  seal(memberId: string, profile: Profile, before: Buffer | null = null): SealedProfile {
    const dataKey = before ? this.#openKey(memberId, before) : randomBytes(32);
    return {
      sealedKey: before ?? encrypt(this.#wrappingKey, dataKey, `key:${memberId}`),
      sealedProfile: encrypt(dataKey, Buffer.from(JSON.stringify(profile)), `profile:${memberId}`),
    };
  }

  /** Undefined where the person was erased: the key is gone. */
  open(memberId: string, sealed: { sealedKey: Buffer | null; sealedProfile: Buffer }): Profile | undefined {
    if (!sealed.sealedKey) return undefined;
    const dataKey = this.#openKey(memberId, sealed.sealedKey);
    return JSON.parse(decrypt(dataKey, sealed.sealedProfile, `profile:${memberId}`).toString()) as Profile;
  }

  /** The blind indexes under which a profile is found. */
  contactsOf(profile: Pick<Profile, "email" | "phone">): ContactDigest[] {
    const contacts: ContactDigest[] = [];
    if (profile.email) contacts.push({ kind: "EMAIL", digest: this.#digest("EMAIL", profile.email) });
    if (profile.phone) contacts.push({ kind: "PHONE", digest: this.#digest("PHONE", profile.phone) });
    return contacts;
  }

  /** The blind indexes of a text that somebody searches; none where it is neither a mail address nor a phone. */
  contactsOfSearch(text: string): ContactDigest[] {
    return this.contactsOf({ email: normaliseEmail(text) ?? null, phone: normalisePhone(text) ?? null });
  }

  #openKey(memberId: string, sealedKey: Buffer): Buffer {
    return decrypt(this.#wrappingKey, sealedKey, `key:${memberId}`);
  }

  #digest(kind: ContactDigest["kind"], normalised: string): Buffer {
    return createHmac("sha256", this.#contactKey).update(`${kind}:${normalised}`).digest();
  }
}

/** First byte of everything sealed, so that another way of sealing can come beside this one. */
const format = 1;
const nonceLength = 12;
const tagLength = 16;

/** Format, nonce, tag, ciphertext. The nonce is random: a member's key seals far fewer than 2^32 profiles. */
function encrypt(key: Buffer, plain: Buffer, boundTo: string): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), sealed]);
}

function decrypt(key: Buffer, sealed: Buffer, boundTo: string): Buffer {
  if (sealed[0] !== format || sealed.length < 1 + nonceLength + tagLength) throw new Error("not a sealed value");
  const nonce = sealed.subarray(1, 1 + nonceLength);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(sealed.subarray(1 + nonceLength, 1 + nonceLength + tagLength));
  return Buffer.concat([decipher.update(sealed.subarray(1 + nonceLength + tagLength)), decipher.final()]);
}
