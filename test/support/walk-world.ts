import { eq } from "drizzle-orm";
import { requestContext, type RequestContext, type Services } from "../../src/context";
import type { Actor } from "../../src/auth/core/actor";
import { actors, apiKeys } from "../../src/auth/auth.tables";
import { appendAuditEntry } from "../../src/audit/append-entry";
import { inTransaction } from "../../src/db/transaction";
import type { NodeReference, NodeType } from "../../src/graphql/global-id";
import type { Locale } from "../../src/kernel/localised";
import type { MinorUnits } from "../../src/kernel/money";
import type { Points } from "../../src/kernel/points";
import { plusHours } from "../../src/kernel/period";
import { postBatch } from "../../src/ledger/post";
import {
  consents,
  contactLookup,
  identities,
  identityLookup,
  memberAliases,
  memberProfiles,
  members,
} from "../../src/members/members.tables";
import { profileSealOf } from "../../src/members/profile-seal";
import { merchantCategories, merchants, outlets, partners } from "../../src/merchants/merchants.tables";
import { leadingFacts, offerVersions } from "../../src/offers/offer-versions";
import type { OfferContent } from "../../src/offers/core/offer";
import { offerActivations, offerCompletions, offerDeliveries, offers } from "../../src/offers/offers.tables";
import { createProgram } from "../../src/programs/create-program";
import { memberTiers, tiers } from "../../src/programs/programs.tables";
import { draftVersion, importVersion } from "../../src/publishing/publishing";
import { purchases } from "../../src/purchases/purchases.tables";
import { memberTags, tagDefinitions } from "../../src/tags/tags.tables";
import { callers } from "./api";
import { basics, lot } from "./ledger-stage";
import { partnersOf, Secrets, walkIds, type MemberName, type Owners, type PartnerName } from "./walk-secrets";

const at = new Date("2026-05-01T00:00:00Z");
const later = new Date("2027-05-01T00:00:00Z");
const partnerNames = ["bank", "shop"] as const;
const memberNames = ["lin", "wang", "chen", "zhou", "yang"] as const;

/** A thing of the world, and whose it is. */
export interface WalkThing extends NodeReference {
  readonly partner: PartnerName | null;
}

/** Two partners and three members with something secret in everything they have, and the ids of all of it. */
export interface WalkWorld {
  readonly secrets: Secrets;
  readonly things: readonly WalkThing[];
  /** Texts that name things: codes, numbers, mail addresses, prefixes; what an attacker would try. */
  readonly words: Readonly<Record<"codes" | "numbers" | "contacts" | "prefixes", readonly string[]>>;
}

export async function seedWalkWorld(services: Services): Promise<WalkWorld> {
  const seed = new Seed(services);
  for (const partner of partnerNames) await seed.partner(partner);
  for (const member of memberNames) await seed.member(member);
  return { secrets: seed.secrets, things: seed.things, words: seed.words };
}

/** What each partner has, found again when members get something of it. */
interface PartnerThings {
  readonly merchantId: string;
  readonly outletId: string;
  readonly programId: string;
  readonly publishedOfferId: string;
  readonly tagCodes: Readonly<Record<Sensitivity, string>>;
}
const sensitivities = ["PUBLIC", "INTERNAL", "PERSONAL", "SENSITIVE"] as const;
type Sensitivity = (typeof sensitivities)[number];

class Seed {
  readonly secrets = new Secrets();
  readonly things: WalkThing[] = [];
  readonly words = {
    codes: [] as string[],
    numbers: [] as string[],
    contacts: [] as string[],
    prefixes: [] as string[],
  };
  readonly #things = new Map<PartnerName, PartnerThings>();
  readonly #services: Services;
  #lastId = 0x1000;

  constructor(services: Services) {
    this.#services = services;
  }

  async partner(name: PartnerName): Promise<void> {
    const { app } = this.#services.database;
    const partnerId = walkIds[name];
    this.#refer("Partner", name, partnerId);
    this.words.codes.push(name);
    await app.insert(partners).values({ partnerId, code: name, name: { en: name }, createdAt: at });
    const selling = await this.#merchant(name);
    const programId = await this.#program(name);
    const tagCodes = await this.#tags(name);
    const publishedOfferId = await this.#offers(name, selling.merchantId);
    this.#things.set(name, { ...selling, programId, tagCodes, publishedOfferId });
    await this.#keysAndActors(name);
  }

  async member(name: MemberName): Promise<void> {
    const { app } = this.#services.database;
    const memberId = walkIds[name];
    this.#refer("Member", null, memberId, memberId);
    // No language, but the one text of the member's own row: what the row of `member` decides over.
    const owners: Owners = { partners: partnersOf[name], members: [name] };
    const locale = name === "yang" ? "en" : this.secrets.text(`${name}'s language`, "member", owners);
    await app.insert(members).values({
      ...{ memberId, status: "ACTIVE", enrolledBy: walkIds[partnersOf[name][0] ?? "bank"], joinedAt: at },
      ...{ locale: locale as Locale, revision: 1, createdAt: at, updatedAt: at },
    });
    if (name === "yang") return this.#mergedMember(name, "chen");
    await this.#profile(name);
    for (const partner of partnersOf[name]) await this.#everythingAt(name, partner, false);
    if (name === "zhou") await this.#everythingAt(name, "bank", true);
  }

  /** The history stays under the id of the member that was merged; the one it was merged into shows it. */
  async #mergedMember(name: MemberName, target: MemberName): Promise<void> {
    const { app } = this.#services.database;
    const memberId = walkIds[name];
    await app.insert(memberAliases).values({ memberId: walkIds[target], aliasId: memberId, mergedAt: at });
    await app.update(members).set({ hasAliases: true }).where(eq(members.memberId, walkIds[target]));
    await app
      .update(members)
      .set({ status: "MERGED", mergedInto: walkIds[target] })
      .where(eq(members.memberId, memberId));
    await this.#history(name, "shop", { partners: ["shop"], members: [target] });
  }

  /** Where the member has left the partner, the partner may see none of it any more. */
  async #everythingAt(name: MemberName, partner: PartnerName, left: boolean): Promise<void> {
    const owners: Owners = { partners: left ? [] : [partner], members: [name] };
    await this.#identity(name, partner, owners, left);
    await this.#memberTags(name, partner, owners);
    await this.#wallet(name, partner, owners);
    await this.#history(name, partner, owners);
  }

  async #merchant(name: PartnerName) {
    const { app } = this.#services.database;
    const [merchantId, outletId] = [this.#refer("Merchant", name), this.#refer("Outlet", name)];
    const named = { name: { en: `${name}'s` }, status: "ACTIVE" as const, revision: 1, createdAt: at, updatedAt: at };
    await app.insert(merchantCategories).values({ code: `${name}-goods`, name: { en: "Goods" } });
    await app.insert(merchants).values({
      ...named,
      ...{ merchantId, partnerId: walkIds[name], code: `${name}-merchant`, categoryCode: `${name}-goods` },
    });
    await app.insert(outlets).values({
      ...named,
      ...{ outletId, merchantId, code: "1", kind: "PHYSICAL", country: "CN", city: "Shanghai" },
    });
    this.words.codes.push(`${name}-merchant`, `${name}-goods`, "1");
    return { merchantId, outletId };
  }

  /** By the use case, whose audit entry holds the confidential value too. */
  async #program(name: PartnerName): Promise<string> {
    const { app } = this.#services.database;
    const secret = (what: string) =>
      this.secrets.amount(`${name}'s ${what}`, "Program.valuePerPoint", { partners: [name] });
    const created = await createProgram(this.#work(callers.service), {
      ...{ issuerPartnerId: walkIds[name], code: `${name}-points`, name: { en: "Points" }, unitName: { en: "points" } },
      ...{ timeZone: "Asia/Shanghai", currency: "CNY", earnPoints: 1n as Points, earnPerMinor: 2000n as MinorUnits },
      ...{ earnRounding: "DOWN", expiry: { kind: "NEVER", months: null, rounding: null } },
      // Far from one to one, or a wallet's value would look like some other secret.
      valueMinor: (3_000_000_000_000n + secret("value per point")) as MinorUnits,
      valuePoints: secret("points per value") as Points,
    });
    mustDo(created);
    const programId = this.#refer("Program", name, created.ok ? created.value.programId : "");
    const tier = { programId, basis: "SPEND" as const, periodMonths: 12, downgrade: "NEVER" as const };
    await app.insert(tiers).values([
      { ...tier, code: "basic", rank: 0, name: { en: "Basic" }, threshold: 0n as Points },
      { ...tier, code: "gold", rank: 1, name: { en: "Gold" }, threshold: 1000n as Points },
    ]);
    this.words.codes.push(`${name}-points`);
    return programId;
  }

  async #tags(name: PartnerName): Promise<Record<Sensitivity, string>> {
    const codes = Object.fromEntries(sensitivities.map((each) => [each, `${name}_${each.toLowerCase()}`]));
    for (const sensitivity of sensitivities) {
      // The definition of a public tag is meant for all partners, so that nothing of it is secret between them.
      const owners = { partners: sensitivity === "PUBLIC" ? partnerNames : [name] };
      const secret = this.secrets.text(`the ${sensitivity} tag definition of ${name}`, "tagDefinition", owners);
      await this.#services.database.app.insert(tagDefinitions).values({
        ...{ code: codes[sensitivity] ?? "", name: { en: sensitivity }, description: { en: secret }, type: "NUMBER" },
        ...{ choices: [], unit: null, sourcePartnerId: walkIds[name], sensitivity, status: "ACTIVE" },
        ...{ revision: 1, createdAt: at, updatedAt: at },
      });
      this.words.codes.push(codes[sensitivity] ?? "");
    }
    return codes as Record<Sensitivity, string>;
  }

  /** A draft; and a published offer whose next version is a draft. */
  async #offers(name: PartnerName, merchantId: string): Promise<string> {
    const secret = (what: string) => this.secrets.text(`${name}'s ${what}`, "Offer.unpublished", { partners: [name] });
    const draftId = await this.#offer(name, merchantId, "draft", offerContent("Draft", "Terms"));
    const work = this.#work(callers.service);
    const draft = offerContent(secret("draft's content"), secret("draft's text"));
    mustDo(await draftVersion(work, offerVersions, { itemId: draftId, content: draft }));
    const publishedId = await this.#offer(name, merchantId, "live", offerContent("Live", "Terms"));
    mustDo(await importVersion(work, offerVersions, { itemId: publishedId, content: offerContent("Live", "Terms") }));
    const next = offerContent(secret("next version's name"), secret("next version's terms"));
    mustDo(await draftVersion(work, offerVersions, { itemId: publishedId, content: next }));
    this.words.codes.push("draft", "live");
    return publishedId;
  }

  async #offer(name: PartnerName, merchantId: string, code: string, content: OfferContent): Promise<string> {
    const offerId = this.#refer("Offer", name);
    const facts = leadingFacts({ version: 1, state: "DRAFT", publishedAt: null, content });
    await this.#services.database.app
      .insert(offers)
      .values({ offerId, merchantId, code, createdAt: at, audienceTags: [], ...facts });
    return offerId;
  }

  async #keysAndActors(name: PartnerName): Promise<void> {
    const { app, vault } = this.#services.database;
    const prefix = `alk_00000000${name}`;
    this.words.prefixes.push(prefix);
    await vault.insert(apiKeys).values({
      ...{ prefix, partnerId: walkIds[name], secretHmac: Buffer.alloc(32), scopes: ["members:read"] },
      name: this.secrets.text(`the name of ${name}'s key`, "apiKeys", { partners: [name] }),
      ...{ createdAt: at, createdBy: "x", expiresAt: later },
    });
    await app.insert(actors).values({
      ...{
        issuer: "https://id.example.org",
        actorId: this.#refer("Actor", name),
        kind: "partner",
        roles: [],
        createdAt: at,
      },
      ...{ partnerId: walkIds[name], scopes: ["members:read"] },
      subject: this.secrets.text(`the subject of ${name}'s user`, "actors", { partners: [name] }),
    });
    const secret = this.secrets.text(`an audit entry of ${name}`, "auditLog", { partners: [name] });
    await inTransaction(app, (tx) =>
      appendAuditEntry(tx, {
        ...{ stream: `partner:${walkIds[name]}`, actor: callers.service, action: "createApiKey", now: at },
        ...{ resource: `ApiKey:${prefix}`, after: { secret }, reason: secret },
      }),
    );
  }

  async #profile(name: MemberName): Promise<void> {
    const { vault } = this.#services.database;
    const memberId = walkIds[name];
    const secret = (what: string) =>
      this.secrets.text(`${name}'s ${what} in clear`, "unmaskProfile", { members: [name] });
    const email = `${secret("mail")}@example.org`;
    const phone = `+86138${this.secrets.amount(`${name}'s phone in clear`, "unmaskProfile", { members: [name] })}`;
    const profile = { displayName: secret("name"), email, phone, birthDate: "1990-01-01" };
    const seal = profileSealOf(this.#services.masterKey);
    await vault.insert(memberProfiles).values({ memberId, ...seal.seal(memberId, profile), updatedAt: at });
    await vault.insert(contactLookup).values(seal.contactsOf(profile).map((contact) => ({ ...contact, memberId })));
    this.words.contacts.push(email, phone);
  }

  async #identity(name: MemberName, partner: PartnerName, owners: Owners, left: boolean): Promise<void> {
    const { app } = this.#services.database;
    const memberId = walkIds[name];
    // A number that was unlinked is nobody's any more; it stays in the row for the record.
    const number = left
      ? `former-${name}`
      : this.secrets.text(`${name}'s number at ${partner}`, "Member.identities", owners);
    this.words.numbers.push(number);
    const partnerId = walkIds[partner];
    if (!left) await app.insert(identityLookup).values({ partnerId, number, memberId, claimedAt: at, confirmedAt: at });
    const identityId = this.#refer("Identity", partner, undefined, memberId);
    await app
      .insert(identities)
      .values({ memberId, identityId, partnerId, number, linkedAt: at, unlinkedAt: left ? at : null });
    await app.insert(consents).values({
      ...{ memberId, partnerId, purpose: "MARKETING", version: 1, granted: true, recordedAt: at, recordedBy: "x" },
      wording: this.secrets.text(`${name}'s consent to ${partner}`, "Member.consents", owners),
    });
  }

  async #memberTags(name: MemberName, partner: PartnerName, own: Owners): Promise<void> {
    for (const sensitivity of sensitivities) {
      const action = sensitivity === "SENSITIVE" ? "MemberTag.sensitive" : "Member.tags";
      const owners = sensitivity === "PUBLIC" ? { ...own, partners: partnersOf[name] } : own;
      const value = Number(this.secrets.amount(`${name}'s ${sensitivity} tag by ${partner}`, action, owners));
      const tagCode = this.#of(partner).tagCodes[sensitivity];
      await this.#services.database.app
        .insert(memberTags)
        .values({ memberId: walkIds[name], tagCode, value, observedAt: at, recordedAt: at });
    }
  }

  async #wallet(name: MemberName, partner: PartnerName, owners: Owners): Promise<void> {
    const { app } = this.#services.database;
    const memberId = walkIds[name];
    const { programId } = this.#of(partner);
    const points = (what: string) =>
      this.secrets.amount(`${name}'s ${what} points of ${partner}`, "Member.accounts", owners) as Points;
    this.#refer("Account", partner, programId, memberId);
    const [available, held, pending] = [points("available"), points("held"), points("pending")];
    const lots = [lot((available + held) as Points), lot(pending, { pendingUntil: "CONFIRMATION" })];
    const line = { line: null, amount: held };
    await postBatch(this.#services, [
      { ...basics(memberId), command: "EARN", programId, lots, onCap: "CUT" },
      {
        ...basics(memberId),
        command: "HOLD",
        programId,
        lines: [line],
        useOrder: "SOONEST",
        expiresAt: plusHours(at, 1),
      },
    ]);
    await app
      .insert(memberTiers)
      .values({ memberId, programId, tierCode: "gold", source: "GRANTED", reachedAt: at, validUntil: null });
  }

  async #history(name: MemberName, partner: PartnerName, owners: Owners): Promise<void> {
    const { app } = this.#services.database;
    const memberId = walkIds[name];
    const { merchantId, outletId, publishedOfferId: offerId } = this.#of(partner);
    const amount = (what: string, action: string) =>
      this.secrets.amount(`${name}'s ${what} at ${partner}`, action, owners) as MinorUnits;
    const purchaseId = this.#refer("Purchase", partner, undefined, memberId);
    const source = { source: "till", recordedAt: at };
    await app.insert(purchases).values({
      ...{ memberId, purchaseId, merchantId, outletId, channel: "IN_STORE", currency: "CNY", quantity: 1 },
      ...{
        ...source,
        amountMinor: amount("purchase", "Member.purchases"),
        occurredAt: at,
        inputHash: Buffer.alloc(32),
      },
      sourceReference: this.secrets.text(`${name}'s receipt at ${partner}`, "Member.purchases", owners),
    });
    const deliveryId = this.#refer("OfferDelivery", partner, undefined, memberId);
    await app.insert(offerDeliveries).values({
      ...{ memberId, deliveryId, offerId, offerVersion: 1, merchantId, kind: "SINGLE_PURCHASE", currency: "CNY" },
      ...{
        ...source,
        channel: "EMAIL",
        deliveredAt: at,
        lapsesAt: later,
        markMinor: 1000n as MinorUnits,
      },
      rewardMinor: amount("reward", "Member.offerDeliveries"),
      sourceReference: deliveryId,
    });
    const activationId = this.#refer("OfferActivation", partner, undefined, memberId);
    const activation = { memberId, activationId, offerId, offerVersion: 1, deliveryId, activatedAt: at };
    await app.insert(offerActivations).values(activation);
    await app.insert(offerCompletions).values({
      ...{ memberId, deliveryId, offerId, purchaseId, recordedWith: purchaseId, currency: "CNY" },
      ...{ rewardMinor: 100n as MinorUnits, completedAt: at, recordedAt: at },
    });
  }

  #work(actor: Actor): RequestContext {
    return requestContext({ ...this.#services, clock: () => at }, { requestId: "seed", actor, locale: "en" });
  }

  #of(partner: PartnerName): PartnerThings {
    const things = this.#things.get(partner);
    if (!things) throw new Error(`${partner} is not seeded yet`);
    return things;
  }

  #refer(type: NodeType, partner: PartnerName | null, id = this.#newId(), memberId: string | null = null): string {
    this.things.push({ type, partner, id, memberId });
    return id;
  }

  #newId(): string {
    return `01890000-0000-7000-8000-${(this.#lastId++).toString(16).padStart(12, "0")}`;
  }
}

function offerContent(name: string, terms: string): OfferContent {
  return {
    ...{ name: { en: name }, termsText: { en: terms }, imageUrl: null, kind: "SINGLE_PURCHASE", channels: ["EMAIL"] },
    ...{ mark: { amountMinor: 1000n as MinorUnits, currency: "CNY" } },
    ...{ reward: { amountMinor: 100n as MinorUnits, currency: "CNY" } },
    ...{ validHours: 24, startsAt: at, endsAt: later, audienceTags: [], rule: null, priority: 500 },
  };
}

function mustDo(result: { readonly ok: boolean; readonly refusals?: unknown }): void {
  if (!result.ok) throw new Error(`the seed is refused: ${JSON.stringify(result.refusals)}`);
}
