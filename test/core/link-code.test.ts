import fc from "fast-check";
import { newId } from "../../src/kernel/ids";
import { linkCodeExpiry, openLinkCode, sealLinkCode } from "../../src/members/link-code";

const key = Buffer.alloc(32, 7);
const expiresAt = new Date("2026-06-01T12:10:00.123Z");
const code = () => sealLinkCode(key, { memberId: newId(), expiresAt });

describe("a link code", () => {
  it("opens as what was sealed, and is url-safe text of 70 characters", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.date({ min: new Date(0), noInvalidDate: true }), (memberId, until) => {
        const sealed = sealLinkCode(key, { memberId, expiresAt: until });
        expect(sealed).toMatch(/^[\w-]{70}$/);
        expect(openLinkCode(key, sealed)).toEqual({ memberId, expiresAt: until });
      }),
    );
  });

  it("does not open with any character changed", () => {
    const sealed = code();
    for (let place = 0; place < sealed.length; place += 1) {
      const altered = `${sealed.slice(0, place)}${sealed[place] === "A" ? "B" : "A"}${sealed.slice(place + 1)}`;
      expect(openLinkCode(key, altered)).toBeUndefined();
    }
  });

  it("does not open where it is cut, longer, padded, empty, or made under another master key", () => {
    const sealed = code();
    for (const text of [sealed.slice(0, -1), `${sealed}A`, `${sealed}==`, ` ${sealed}`, ""]) {
      expect(openLinkCode(key, text)).toBeUndefined();
    }
    expect(openLinkCode(Buffer.alloc(32, 8), sealed)).toBeUndefined();
  });

  it("does not open with the half of another code", () => {
    const [one, other] = [code(), code()];
    expect(openLinkCode(key, one.slice(0, 40) + other.slice(40))).toBeUndefined();
  });

  it("never repeats for the same member and instant, and lives ten minutes", () => {
    const same = { memberId: newId(), expiresAt };
    expect(sealLinkCode(key, same)).not.toBe(sealLinkCode(key, same));
    expect(linkCodeExpiry(new Date("2026-06-01T12:00:00Z"))).toEqual(new Date("2026-06-01T12:10:00Z"));
  });
});
