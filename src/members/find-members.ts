import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { textRefusals } from "../kernel/plain-text";
import { allPartners } from "../merchants/merchants.queries";
import { membersByIds, memberIdsByNumber } from "./members.queries";
import { profileSealOf } from "./profile-seal";
import { membersByContact } from "./profiles.queries";

/**
 * The members that a text names exactly: by mail address, by phone, or by a partner's number. Mail and phone are tried
 * only for callers who may see profiles, and partners find by their own numbers alone; whether the caller may see the
 * members found is for the page that lists them.
 */
export async function findMembers(work: Work, search: string): Promise<string[]> {
  const text = search.trim();
  // No number, no mail address and no phone is longer or holds what cannot be printed.
  if (textRefusals("search", text, 320).length > 0) return [];
  const ids = [...(await idsByNumber(work, text)), ...(await idsByContact(work, text))];
  const found = await membersByIds(work.database.app, ids, { kind: "all" });
  return [...new Set([...found.values()].map((member) => member.memberId))];
}

async function idsByNumber({ database, actor }: Work, number: string): Promise<string[]> {
  const reach = scopeOf(actor, "members");
  const own = reach.kind === "partner" ? [reach.partnerId] : undefined;
  // Naming every partner lets the lookup use its key; a search by number alone would read all numbers of the alliance.
  const partnerIds = own ?? (await allPartners(database.app)).map((partner) => partner.partnerId);
  return memberIdsByNumber(database.app, partnerIds, number);
}

async function idsByContact({ database, actor, services }: Work, text: string): Promise<string[]> {
  if (scopeOf(actor, "Member.profile").kind === "none") return [];
  const contacts = profileSealOf(services.masterKey).contactsOfSearch(text);
  return membersByContact(
    database.vault,
    contacts.map((contact) => contact.digest),
  );
}
