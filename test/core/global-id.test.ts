import fc from "fast-check";
import type { Actor } from "../../src/auth/core/actor";
import { GlobalIds, type NodeType } from "../../src/graphql/global-id";

const ids = new GlobalIds(Buffer.alloc(32, 7));
const partner = (partnerId: string): Actor => ({
  kind: "partner",
  actorId: `actor of ${partnerId}`,
  partnerId,
  channel: "user",
  scopes: new Set(),
});
const bank = ids.forActor(partner("01890000-0000-7000-8000-00000000000a"));
const shop = ids.forActor(partner("01890000-0000-7000-8000-00000000000b"));
const staff = ids.forActor({ kind: "staff", actorId: "s", roles: new Set(["SUPPORT"]) });
const member = ids.forActor({ kind: "member", actorId: "m", memberId: "01890000-0000-7000-8000-00000000000c" });

const memberTypes: NodeType[] = ["Member", "Identity", "Account", "Purchase", "OfferDelivery", "OfferActivation"];
const catalogueTypes: NodeType[] = ["Partner", "Merchant", "Outlet", "Program", "Offer", "Actor"];
const ownedReference = fc.record({ type: fc.constantFrom(...memberTypes), id: fc.uuid(), memberId: fc.uuid() });
const sharedReference = fc.record({ type: fc.constantFrom(...catalogueTypes), id: fc.uuid() });

test("opens what it sealed, for things of a member and for the catalogue", () => {
  fc.assert(
    fc.property(ownedReference, sharedReference, (owned, shared) => {
      expect(bank.open(bank.seal(owned.type, owned.id, owned.memberId))).toEqual(owned);
      expect(bank.open(bank.seal(shared.type, shared.id))).toEqual({ ...shared, memberId: null });
    }),
  );
});

test("gives one thing the same id always, also in another process with the same key", () => {
  const elsewhere = new GlobalIds(Buffer.alloc(32, 7)).forActor(partner("01890000-0000-7000-8000-00000000000a"));
  fc.assert(
    fc.property(ownedReference, ({ type, id, memberId }) => {
      expect(elsewhere.seal(type, id, memberId)).toBe(bank.seal(type, id, memberId));
    }),
  );
});

test("gives the ids and cursors that were ever given out under the key", () => {
  const [program, owner] = ["01890000-0000-7003-8000-00000000000b", "01890000-0000-7005-8000-00000000000c"];
  const account = "YIZoSFwXNBEZ9jX-wEoZ7NTDpjqgncbpXm4XMHv2PP0sKVg9393PiAxzgPGK9S4xdg";
  const shared = "zYrS7jfac9lYmKhvvXosIYOuq-6zw1ePlh7SIn0Z_IRl1iksNA1td0RSP2sUMR85Gg";
  const cursor = "K2jfUSW5VH6AZ58Lp7rBARsfmjL50vPmcz6PU_TIsuTmfjLxwhDV0cI3Kt_NbeESZRgOK5DcqAk";
  expect(bank.seal("Account", program, owner)).toBe(account);
  expect(bank.seal("Program", program)).toBe(shared);
  expect(bank.cursors.seal(JSON.stringify(["members", null]), [owner])).toBe(cursor);
});

test("gives many at once what it gives each alone", () => {
  fc.assert(
    fc.property(fc.array(ownedReference), (references) => {
      expect(bank.sealAll(references)).toEqual(
        references.map(({ type, id, memberId }) => bank.seal(type, id, memberId)),
      );
    }),
  );
});

test("gives two partners different ids of the same member's things, and neither opens the other's", () => {
  fc.assert(
    fc.property(ownedReference, ({ type, id, memberId }) => {
      const atBank = bank.seal(type, id, memberId);
      expect(shop.seal(type, id, memberId)).not.toBe(atBank);
      expect(shop.open(atBank)).toBeUndefined();
      expect(staff.open(atBank)).toBeUndefined();
      expect(member.open(atBank)).toBeUndefined();
    }),
  );
});

test("gives everybody the same id of a catalogue thing", () => {
  fc.assert(
    fc.property(sharedReference, ({ type, id }) => {
      const atBank = bank.seal(type, id);
      for (const viewer of [shop, staff, member]) {
        expect(viewer.seal(type, id)).toBe(atBank);
        expect(viewer.open(atBank)).toEqual({ type, id, memberId: null });
      }
    }),
  );
});

test("never opens an id with one bit changed", () => {
  fc.assert(
    fc.property(ownedReference, fc.nat(49 * 8 - 1), ({ type, id, memberId }, bit) => {
      const bytes = Buffer.from(bank.seal(type, id, memberId), "base64url");
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(bank.open(bytes.toString("base64url"))).toBeUndefined();
    }),
  );
});

test("never opens an id with one character changed, added or taken away", () => {
  const character = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n");
  fc.assert(
    fc.property(ownedReference, fc.nat(65), character, ({ type, id, memberId }, at, other) => {
      const sealed = bank.seal(type, id, memberId);
      if (sealed[at] !== other) {
        expect(bank.open(sealed.slice(0, at) + other + sealed.slice(at + 1))).toBeUndefined();
      }
      expect(bank.open(sealed.slice(0, at) + other + sealed.slice(at))).toBeUndefined();
      expect(bank.open(sealed.slice(0, at) + sealed.slice(at + 1))).toBeUndefined();
    }),
  );
});

test("opens no text that was made up", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.uint8Array({ minLength: 49, maxLength: 49 })), (made) => {
      const text = typeof made === "string" ? made : Buffer.from(made).toString("base64url");
      expect(bank.open(text)).toBeUndefined();
    }),
  );
});

test("opens nothing made under another master key", () => {
  const other = new GlobalIds(Buffer.alloc(32, 8)).forActor({ kind: "staff", actorId: "s", roles: new Set() });
  fc.assert(
    fc.property(ownedReference, sharedReference, (owned, shared) => {
      expect(staff.open(other.seal(owned.type, owned.id, owned.memberId))).toBeUndefined();
      expect(staff.open(other.seal(shared.type, shared.id))).toBeUndefined();
    }),
  );
});

test("opens an id only as the type it was made for", () => {
  fc.assert(
    fc.property(ownedReference, fc.constantFrom(...memberTypes), ({ type, id, memberId }, expected) => {
      const opened = bank.openAs(expected, bank.seal(type, id, memberId));
      expect(opened).toEqual(expected === type ? { type, id, memberId } : undefined);
    }),
  );
});

test("refuses to seal what is not a UUID rather than sealing half of it", () => {
  expect(() => bank.seal("Member", "not-a-uuid", "01890000-0000-7000-8000-00000000000c")).toThrow(TypeError);
  expect(() => bank.seal("Member", "01890000-0000-7000-8000-00000000000c", "")).toThrow(TypeError);
});

describe("cursors", () => {
  const keyset = ["01890000-0000-7000-8000-00000000000c"];

  it("open for the viewer and the place they were made for, and nowhere else", () => {
    const cursor = bank.cursors.seal("members", keyset);
    expect(bank.cursors.open("members", cursor)).toEqual(keyset);
    expect(bank.cursors.open("offers", cursor)).toBeUndefined();
    expect(shop.cursors.open("members", cursor)).toBeUndefined();
  });

  it("are different for every partner, and show nothing of the id they hold", () => {
    const seen = [bank, shop].map((viewer) => viewer.cursors.seal("members", keyset));
    expect(seen[0]).not.toBe(seen[1]);
    for (const cursor of seen) {
      expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toContain(keyset[0]);
    }
  });

  it("never open after any change", () => {
    const cursor = bank.cursors.seal("members", keyset);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(..."ABCabc019-_"), (at, letter) => {
        const altered = cursor.slice(0, at) + letter + cursor.slice(at + 1);
        const same = Buffer.from(altered, "base64url").equals(Buffer.from(cursor, "base64url"));
        expect(bank.cursors.open("members", altered)).toEqual(same ? keyset : undefined);
      }),
    );
    expect(bank.cursors.open("members", "")).toBeUndefined();
  });
});
