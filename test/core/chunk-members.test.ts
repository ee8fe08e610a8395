import fc from "fast-check";
import { AudienceMembers, type MemberPlace } from "../../src/audiences/core/audience-members";
import { bitsOf, containerOf } from "../../src/audiences/core/container";

/** Positions of two chunks that stand apart. */
const positions = fc.uniqueArray(fc.oneof(fc.nat(70), fc.integer({ min: 65_470, max: 65_535 })), { maxLength: 80 });
const anyPlaces = fc
  .tuple(positions, positions)
  .map(([one, other]) =>
    [one, other].flatMap((all, place): MemberPlace[] =>
      all.sort((first, second) => first - second).map((position) => ({ chunk: place === 0 ? 3 : 7, position })),
    ),
  );

function membersOf(places: readonly MemberPlace[]): AudienceMembers {
  const chunk = (number: number) => ({
    chunk: number,
    members: bitsOf(containerOf(places.flatMap((place) => (place.chunk === number ? [place.position] : [])))),
  });
  return new AudienceMembers([chunk(3), chunk(7)]);
}

const nameOf = ({ chunk, position }: MemberPlace) => `${chunk} ${position}`;

describe("the members of an audience", () => {
  it("are listed in order by cursor, each once, whatever the size of a page", () => {
    fc.assert(
      fc.property(anyPlaces, fc.integer({ min: 1, max: 50 }), (places, first) => {
        const members = membersOf(places);
        const listed: MemberPlace[] = [];
        for (let page = members.after(null, first); page.length > 0; page = members.after(listed.at(-1)!, first)) {
          expect(page.length).toBeLessThanOrEqual(first);
          listed.push(...page);
        }
        expect(listed).toEqual(places);
        expect(members.count).toBe(places.length);
      }),
    );
  });

  it("go on after a place whose member left", () => {
    const members = membersOf([
      { chunk: 3, position: 1 },
      { chunk: 7, position: 65_535 },
    ]);
    expect(members.after({ chunk: 3, position: 65_535 }, 5)).toEqual([{ chunk: 7, position: 65_535 }]);
    expect(members.after({ chunk: 5, position: 9 }, 5)).toEqual([{ chunk: 7, position: 65_535 }]);
    expect(members.after({ chunk: 7, position: 65_535 }, 5)).toEqual([]);
    expect(members.after({ chunk: 9, position: 0 }, 5)).toEqual([]);
  });

  it("are sampled without repetition, the same for the same seed", () => {
    fc.assert(
      fc.property(anyPlaces, fc.nat(100), fc.integer(), (places, size, seed) => {
        const members = membersOf(places);
        const sample = members.sample(size, seed);
        expect(sample).toHaveLength(Math.min(size, places.length));
        expect(new Set(sample.map(nameOf)).size).toBe(sample.length);
        expect(places.map(nameOf)).toEqual(expect.arrayContaining(sample.map(nameOf)));
        expect(members.sample(size, seed)).toEqual(sample);
      }),
    );
  });

  it("are sampled with about the same chance each", () => {
    const places = Array.from({ length: 20 }, (_, place) => ({ chunk: place < 5 ? 3 : 7, position: place * 100 }));
    const members = membersOf(places);
    const drawn = new Map(places.map((place) => [nameOf(place), 0]));
    for (let seed = 0; seed < 4_000; seed += 1) {
      for (const place of members.sample(5, seed)) drawn.set(nameOf(place), drawn.get(nameOf(place))! + 1);
    }
    // 1,000 are expected of each; the deviation is 27.
    for (const times of drawn.values()) expect(Math.abs(times - 1_000)).toBeLessThan(150);
  });

  it("tell how many they have in common with others, and who is among them", () => {
    fc.assert(
      fc.property(anyPlaces, anyPlaces, (ours, theirs) => {
        const names = new Set(theirs.map(nameOf));
        expect(membersOf(ours).countCommon(membersOf(theirs))).toBe(
          ours.filter((each) => names.has(nameOf(each))).length,
        );
        const members = membersOf(theirs);
        for (const place of ours) expect(members.includes(place)).toBe(names.has(nameOf(place)));
      }),
    );
    expect(membersOf([]).includes({ chunk: 4, position: 0 })).toBe(false);
  });
});
