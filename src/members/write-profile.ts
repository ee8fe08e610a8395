import { and, eq, inArray } from "drizzle-orm";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import type { BirthDays } from "../facts/encode-members";
import { done, type Result } from "../kernel/result";
import { changedProfile, emptyProfile, type Profile, type ProfileChange, type ProfileField } from "./core/profile";
import { contactLookup, memberProfiles } from "./members.tables";
import { profileSealOf } from "./profile-seal";

export interface WrittenProfile {
  /** Which fields changed. */
  readonly fields: readonly ProfileField[];
  /** Calendar day; what age is counted from. Null where unknown. */
  readonly birthDate: string | null;
}

/** For `encodeMembers`, in the transaction that wrote the profile: nobody else has it open. */
export function birthDaysOf(memberId: string, profile: WrittenProfile | undefined): BirthDays {
  return new Map(profile ? [[memberId, profile.birthDate]] : []);
}

/**
 * Changes a member's sealed profile and its blind indexes, in a transaction through the vault's door. Answers which
 * fields changed: for the audit log, which names them and never their values; and the birth day, for the encoding.
 */
export async function writeProfile(
  tx: Tx,
  work: Pick<Work, "services" | "now">,
  memberId: string,
  change: ProfileChange,
): Promise<Result<WrittenProfile, "INVALID_INPUT">> {
  const seal = profileSealOf(work.services.masterKey);
  const [stored] = await tx.select().from(memberProfiles).where(eq(memberProfiles.memberId, memberId));
  const before = (stored && seal.open(memberId, stored)) ?? emptyProfile;
  const changed = changedProfile(before, change, work.now);
  if (!changed.ok) return changed;
  const after = changed.value;
  const fields = (Object.keys(after) as ProfileField[]).filter((field) => after[field] !== before[field]);
  const written = { fields, birthDate: after.birthDate };
  if (fields.length === 0) return done(written);

  const sealed = { ...seal.seal(memberId, after, stored?.sealedKey ?? null), updatedAt: work.now };
  await tx
    .insert(memberProfiles)
    .values({ memberId, ...sealed })
    .onConflictDoUpdate({ target: memberProfiles.memberId, set: sealed });
  await replaceContacts(tx, work, memberId, before, after);
  return done(written);
}

async function replaceContacts(
  tx: Tx,
  work: Pick<Work, "services">,
  memberId: string,
  before: Profile,
  after: Profile,
): Promise<void> {
  const seal = profileSealOf(work.services.masterKey);
  const gone = seal.contactsOf(before).map((contact) => contact.digest);
  if (gone.length > 0) {
    await tx
      .delete(contactLookup)
      .where(and(inArray(contactLookup.digest, gone), eq(contactLookup.memberId, memberId)));
  }
  const contacts = seal.contactsOf(after).map((contact) => ({ ...contact, memberId }));
  if (contacts.length > 0) await tx.insert(contactLookup).values(contacts);
}
