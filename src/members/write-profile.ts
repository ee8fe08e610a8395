import { and, eq, inArray } from "drizzle-orm";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { done, type Result } from "../kernel/result";
import { changedProfile, emptyProfile, type Profile, type ProfileChange, type ProfileField } from "./core/profile";
import { contactLookup, memberProfiles } from "./members.tables";
import { profileSealOf } from "./profile-seal";

/**
 * Changes a member's sealed profile and its blind indexes, in a transaction through the vault's door. Answers which
 * fields changed: for the audit log, which names them and never their values.
 */
export async function writeProfile(
  tx: Tx,
  work: Pick<Work, "services" | "now">,
  memberId: string,
  change: ProfileChange,
): Promise<Result<ProfileField[], "INVALID_INPUT">> {
  const seal = profileSealOf(work.services.masterKey);
  const [stored] = await tx.select().from(memberProfiles).where(eq(memberProfiles.memberId, memberId));
  const before = (stored && seal.open(memberId, stored)) ?? emptyProfile;
  const changed = changedProfile(before, change, work.now);
  if (!changed.ok) return changed;
  const after = changed.value;
  const fields = (Object.keys(after) as ProfileField[]).filter((field) => after[field] !== before[field]);
  if (fields.length === 0) return done(fields);

  const sealed = { ...seal.seal(memberId, after, stored?.sealedKey ?? null), updatedAt: work.now };
  await tx
    .insert(memberProfiles)
    .values({ memberId, ...sealed })
    .onConflictDoUpdate({ target: memberProfiles.memberId, set: sealed });
  await replaceContacts(tx, work, memberId, before, after);
  return done(fields);
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
