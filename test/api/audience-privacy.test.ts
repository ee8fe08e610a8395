import type { Actor } from "../../src/auth/core/actor";
import { PreviewBudget } from "../../src/audiences/preview-budget";
import { setTagsInBulk } from "../../src/tags/set-tags-in-bulk";
import { audienceLife, marketer } from "../support/audience-life";
import { callers } from "../support/api";
import { membersStage, valueOf, type MembersStage } from "../support/members-stage";

/** What partners learn of members by previews; the minimum group is 50. */
let stage: MembersStage;
let life: ReturnType<typeof audienceLife>;
let partner: Actor;
const size = 130;
/** Of the first forty members every second one has it. */
const hasSecret = (place: number) => place % 2 === 0;

beforeAll(async () => {
  stage = await membersStage();
  life = audienceLife(stage);
  const partnerId = await stage.partner();
  partner = callers.partner(partnerId, ["offers:write", "offers:read"]);
  await stage.tag(partnerId, { code: "place" });
  await stage.tag(partnerId, { code: "hidden", type: "BOOLEAN" });
  await membersWith(partnerId, size);
  await membersWith(await stage.partner(), 3);
}, 60_000);

async function membersWith(partnerId: string, count: number): Promise<void> {
  const memberIds: string[] = [];
  for (let place = 0; place < count; place += 1) memberIds.push((await stage.member(partnerId)).memberId);
  const nothing = { boolean: null, choice: null, number: null, date: null, set: null };
  const items = memberIds.flatMap((memberId, place) => [
    { memberId, code: "place", value: { ...nothing, number: place }, observedAt: null },
    ...(place < 40 && hasSecret(place)
      ? [{ memberId, code: "hidden", value: { ...nothing, boolean: true }, observedAt: null }]
      : []),
  ]);
  await stage.services.catalogue.catchUp();
  valueOf(await setTagsInBulk(stage.work(), items));
}

const count = async (text: string, actor = partner): Promise<number | null> => {
  // Each preview as if it were the first of the day.
  Object.assign(stage.services.audiences, { previews: new PreviewBudget() });
  const preview = await life.preview(actor, { text });
  expect(preview.userErrors).toEqual([]);
  return preview.count as number | null;
};

it("the operator is told exactly, of everybody", async () => {
  expect(await count("has place", marketer)).toBe(size + 3);
});

it("a partner is told of its own members, not exactly, and by how much it may be wrong", async () => {
  const preview = await life.preview(partner, { text: "has place" });
  expect(preview).toMatchObject({ userErrors: [], accuracy: 50, sample: null });
  for (const told of [preview.count, preview.considered, preview.funnel[0].remaining]) {
    if (told !== null) expect(Math.abs(told - size)).toBeLessThanOrEqual(50);
  }
  expect(preview.funnel[0].remaining).toBe(preview.count);
});

it("a partner is told nothing of fewer than fifty, nor that there are none", async () => {
  for (const rule of ["place < 49", "place < 1", "place > 1000", "place < 20 or hidden"]) {
    const preview = await life.preview(partner, { text: rule });
    expect([preview.count, preview.funnel[0].remaining]).toEqual([null, null]);
  }
});

it("asking again tells the same, in whatever order the parts stand", async () => {
  const first = await count("place >= 5 and not hidden");
  expect(await count("place >= 5 and not hidden")).toBe(first);
  expect(await count("not hidden and place >= 5")).toBe(first);
});

it("two previews that differ by one member cannot be subtracted", async () => {
  const everybody = (await count("has place")) ?? size;
  let right = 0;
  let unequal = 0;
  for (let target = 0; target < 40; target += 1) {
    const without = (await count(`has place and not (place = ${target} and hidden)`)) ?? size;
    // Who has the secret is missing from the second; with exact counts each of these guesses would be right.
    if (without < everybody === hasSecret(target)) right += 1;
    if (without !== everybody) unequal += 1;
  }
  // Tossing a coin is right 20 times; 33 or more happen to it once in 40,000.
  expect(right).toBeLessThan(33);
  // Nor does an answer stay the same where the members do: with that alone the 20 would be known.
  expect(unequal).toBeGreaterThan(30);
});

it("a set that is padded to the edge of what is told shows no single member", async () => {
  // Forty-nine that the partner knows, and one more where the secret holds: 49 or 50.
  let told = 0;
  for (let target = 0; target < 40; target += 1) {
    if ((await count(`place >= 81 or (place = ${target} and hidden)`)) !== null) told += 1;
  }
  expect(told).toBeLessThan(3);
});

it("a partner's previews of a day come to an end", async () => {
  Object.assign(stage.services.audiences, { previews: new PreviewBudget(20) });
  const asked = () => life.preview(partner, { text: "has place" });
  expect((await asked()).userErrors).toEqual([]);
  for (let more = 0; more < 4; more += 1) await asked();
  expect((await asked()).userErrors).toMatchObject([{ code: "TOO_MANY" }]);
  expect((await life.preview(marketer, { text: "has place" })).userErrors).toEqual([]);
});
