import { noiseOf, toldCount } from "../../src/audiences/core/minimum-group";

const draws = 1 << 13;
const everyDraw = Array.from({ length: draws }, (_, place) => Math.floor(((place + 0.5) / draws) * 2 ** 32));

/** How often each answer is given. */
function answersTo(count: number, group: number): Map<number | null, number> {
  const answers = new Map<number | null, number>();
  for (const draw of everyDraw) {
    const told = toldCount(count, group, draw);
    answers.set(told, (answers.get(told) ?? 0) + 1 / draws);
  }
  return answers;
}

it.each([2, 5, 50])("a group of fewer than %i members is told by no draw, nor is nobody at all", (group) => {
  for (const count of [0, 1, group - 1]) expect([...answersTo(count, group).keys()]).toEqual([null]);
});

it.each([2, 5, 50])("three groups of %i are told by every draw, at most one group from the truth", (group) => {
  for (const told of answersTo(3 * group, group).keys()) {
    expect(told).not.toBeNull();
    expect(Math.abs((told ?? 0) - 3 * group)).toBeLessThanOrEqual(group);
  }
});

it("is right on average", () => {
  const mean = [...answersTo(400, 50)].reduce((sum, [told, share]) => sum + (told ?? 0) * share, 0);
  expect(mean).toBeCloseTo(400, 1);
});

it.each([60, 99, 100, 101, 400])("%i members and one more are told apart by hardly any answer", (count) => {
  const [less, more] = [answersTo(count, 50), answersTo(count + 1, 50)];
  // What the best guesser of all gains over tossing a coin, whatever it knows: half the distance of the two.
  const answers = new Set([...less.keys(), ...more.keys()]);
  const distance = [...answers].reduce<number>(
    (sum, told) => sum + Math.abs((less.get(told) ?? 0) - (more.get(told) ?? 0)),
    0,
  );
  expect(distance / 2).toBeLessThan(0.045);
});

it("uses the ends of the draws", () => {
  expect([noiseOf(50, 0), noiseOf(50, 2 ** 31), noiseOf(50, 2 ** 32 - 1)]).toEqual([-50, 0, 50]);
});
