import fc from "fast-check";
import {
  changedProfile,
  emptyProfile,
  maskProfile,
  normaliseEmail,
  normalisePhone,
  type Profile,
  type ProfileChange,
} from "../../src/members/core/profile";
import { ProfileSeal } from "../../src/members/profile-seal";

const now = new Date("2026-06-01T12:00:00Z");
const mary: Profile = {
  displayName: "Mary Lee",
  email: "mary.lee@example.org",
  phone: "+8613800138021",
  birthDate: "1990-02-28",
};

const letters = "abcdefghijklmnopqrstuvwxyz李雷韩梅élß";
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 20 });
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
const email = fc.tuple(word, fc.domain()).map(([local, domain]) => `${local.toLowerCase()}@${domain}`);
const phone = fc.bigInt(10_000_000n, 999_999_999_999_999n).map((digits) => `+${digits}`);
const profile: fc.Arbitrary<Profile> = fc.record({
  displayName: fc.option(name, { nil: null }),
  email: fc.option(email, { nil: null }),
  phone: fc.option(phone, { nil: null }),
  birthDate: fc.option(fc.constantFrom("1990-02-28", "2000-01-01"), { nil: null }),
});

describe("a change of a profile", () => {
  it.each<[string, ProfileChange]>([
    ["an address without a domain", { email: "mary" }],
    ["an address with two signs", { email: "mary@lee@example.org" }],
    ["an address with a space inside", { email: "mary lee@example.org" }],
    ["an address whose domain has no dot", { email: "mary@localhost" }],
    ["an address with a control character", { email: "ma\u0000ry@example.org" }],
    ["a phone without the country", { phone: "13800138021" }],
    ["a phone that is too short", { phone: "+861380" }],
    ["a phone with letters", { phone: "+86 CALL ME NOW" }],
    ["a blank name", { displayName: "   " }],
    ["a name of 201 characters", { displayName: "x".repeat(201) }],
    ["half a surrogate pair", { displayName: "Mary \ud800" }],
    ["a day that does not exist", { birthDate: "1990-02-30" }],
    ["a birth in the future", { birthDate: "2026-06-03" }],
    ["a birth before 1900", { birthDate: "1899-12-31" }],
  ])("refuses %s, and does not repeat it", (_what, change) => {
    const [field, value] = Object.entries(change)[0] ?? ["", ""];
    const changed = changedProfile(emptyProfile, change, now);
    expect(changed).toMatchObject({
      ok: false,
      refusals: [{ code: "INVALID_INPUT", path: ["input", "profile", field] }],
    });
    expect(JSON.stringify(changed)).not.toContain(JSON.stringify(value));
  });

  it("names every field that is wrong at once", () => {
    const changed = changedProfile(emptyProfile, { email: "x", phone: "y", birthDate: "z" }, now);
    expect(changed).toMatchObject({ ok: false, refusals: [{}, {}, {}] });
  });

  it("leaves what is absent, takes away what is null and keeps one form of what is given", () => {
    const change = { email: " Mary.LEE@Example.org ", phone: "0086 (138) 0013-8021", displayName: null };
    expect(changedProfile({ ...mary, email: null }, change, now)).toEqual({
      ok: true,
      value: { ...mary, displayName: null },
    });
  });

  it("accepts somebody born today where it is tomorrow already", () => {
    expect(changedProfile(emptyProfile, { birthDate: "2026-06-02" }, now).ok).toBe(true);
  });
});

describe("the one form", () => {
  it("of a mail address and of a phone is its own one form", () => {
    fc.assert(
      fc.property(email, phone, (address, number) => {
        const one = normaliseEmail(address);
        if (one !== undefined) expect(normaliseEmail(one)).toBe(one);
        expect(normalisePhone(number)).toBe(number);
      }),
    );
  });
});

describe("a masked profile", () => {
  it("looks as documented", () => {
    expect(maskProfile(mary)).toEqual({
      displayName: "M*** L**",
      email: "m***@example.org",
      phone: "***21",
      hasBirthDate: true,
    });
    expect(maskProfile(emptyProfile)).toEqual({ displayName: null, email: null, phone: null, hasBirthDate: false });
  });

  it("shows nothing of a name or an address of one letter", () => {
    const masked = maskProfile({ ...emptyProfile, displayName: "M", email: "m@example.org" });
    expect(masked).toMatchObject({ displayName: "*", email: "***@example.org" });
  });

  it("never reveals a word of the name, the local part, or more than two digits of the phone", () => {
    fc.assert(
      fc.property(profile, (clear) => {
        const masked = maskProfile(clear);
        for (const each of clear.displayName?.split(" ") ?? []) {
          expect(masked.displayName?.split(" ")).not.toContain(each);
        }
        // At most the first letters of two words and six stars, however long the name.
        expect((masked.displayName ?? "").replaceAll(/[* ]/g, "").length).toBeLessThanOrEqual(2);
        expect((masked.displayName ?? "").length).toBeLessThanOrEqual(9);
        const local = clear.email?.slice(0, clear.email.lastIndexOf("@"));
        expect(masked.email?.slice(0, masked.email.lastIndexOf("@"))).not.toBe(local ?? "");
        expect((masked.phone ?? "").replaceAll("*", "").length).toBeLessThanOrEqual(2);
        expect(JSON.stringify(masked)).not.toContain(clear.birthDate ?? "1990");
      }),
    );
  });
});

describe("a sealed profile", () => {
  const seal = new ProfileSeal(Buffer.alloc(32, 1));
  const [lin, wang] = ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"];

  it("opens for its member with what was sealed, also when it was changed under the same key", () => {
    fc.assert(
      fc.property(profile, profile, (first, second) => {
        const sealed = seal.seal(lin, first);
        expect(seal.open(lin, sealed)).toEqual(first);
        const again = seal.seal(lin, second, sealed.sealedKey);
        expect(again.sealedKey).toEqual(sealed.sealedKey);
        expect(seal.open(lin, again)).toEqual(second);
      }),
    );
  });

  it("shows nothing of what is in it", () => {
    const { sealedKey, sealedProfile } = seal.seal(lin, mary);
    for (const each of Object.values(mary)) {
      expect(Buffer.concat([sealedKey, sealedProfile]).includes(Buffer.from(String(each)))).toBe(false);
    }
    expect(seal.seal(lin, mary).sealedProfile).not.toEqual(sealedProfile);
  });

  it("does not open for another member, with another key, in another's place or under another master key", () => {
    const sealed = seal.seal(lin, mary);
    const other = seal.seal(wang, mary);
    expect(() => seal.open(wang, sealed)).toThrow();
    expect(() => seal.open(lin, { ...sealed, sealedKey: other.sealedKey })).toThrow();
    expect(() => seal.open(lin, { ...sealed, sealedKey: seal.seal(lin, mary).sealedKey })).toThrow();
    expect(() => seal.open(lin, { sealedKey: sealed.sealedKey, sealedProfile: sealed.sealedKey })).toThrow();
    expect(() => new ProfileSeal(Buffer.alloc(32, 2)).open(lin, sealed)).toThrow();
  });

  it("does not open when any byte was changed or cut off", () => {
    const sealed = seal.seal(lin, mary);
    fc.assert(
      fc.property(fc.nat(sealed.sealedProfile.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const altered = Buffer.from(sealed.sealedProfile);
        altered[place] = (altered[place] ?? 0) ^ change;
        expect(() => seal.open(lin, { ...sealed, sealedProfile: altered })).toThrow();
        expect(() => seal.open(lin, { ...sealed, sealedProfile: sealed.sealedProfile.subarray(0, place) })).toThrow();
      }),
    );
  });

  it("cannot be opened by anyone once its key was dropped", () => {
    expect(seal.open(lin, { ...seal.seal(lin, mary), sealedKey: null })).toBeUndefined();
  });
});

describe("the blind index", () => {
  const seal = new ProfileSeal(Buffer.alloc(32, 1));

  it("finds a mail address and a phone however they are written", () => {
    const [mail, number] = seal.contactsOf(mary);
    expect(seal.contactsOfSearch(" MARY.Lee@example.ORG")).toEqual([mail]);
    expect(seal.contactsOfSearch("+86 138 0013 8021")).toEqual([number]);
    expect(seal.contactsOfSearch("Mary Lee")).toEqual([]);
  });

  it("is another one under another master key and for another kind", () => {
    const other = new ProfileSeal(Buffer.alloc(32, 2));
    const digests = [...seal.contactsOf(mary), ...other.contactsOf(mary)].map((each) => each.digest.toString("hex"));
    expect(new Set(digests).size).toBe(4);
  });
});
