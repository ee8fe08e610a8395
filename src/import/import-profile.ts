import { enrollInBulk } from "../members/members.bulk";
import { insertTags, type ArrivingTag } from "../tags/tags.bulk";
import { FirstLines } from "./core/first-lines";
import { wrong } from "./core/json-line";
import { rewardsEpoch } from "./core/rewards-epoch";
import { parseProfileLine, type RewardsMember } from "./core/rewards-profile";
import { foundRewardsTags } from "./rewards-tags";
import type { InputFile } from "./read-lines";
import { eachBatch, type Run } from "./run";
import type { Till } from "./till";

/** The members of a profile file: the alliance's member ids by the app's ids. Duplicates keep their first line. */
export async function importProfile(run: Run, file: InputFile, till: Till): Promise<ReadonlyMap<string, string>> {
  const { services } = run.work;
  await foundRewardsTags(run.work, till.partnerId);
  const people = new Map<string, string>();
  const seen = new FirstLines("id");
  await eachBatch(
    run,
    { ...file, name: "profile", label: "Importing members" },
    (text, line) => {
      const parsed = parseProfileLine(text);
      if (!parsed.ok) return parsed;
      const { personId, memberSince } = parsed.value;
      if (joinedAtOf(parsed.value) > run.work.now) {
        return wrong("became_member_on", memberSince, "a day that is not in the future");
      }
      return seen.check(personId, line, parsed);
    },
    async (lines) => {
      const arriving = lines.map(({ value }) => ({ number: value.personId, joinedAt: joinedAtOf(value) }));
      const work = { services, now: services.clock() };
      const arrived = await enrollInBulk(work, arriving, { partnerId: till.partnerId, locale: "en" });
      for (const [personId, memberId] of arrived.memberIds) people.set(personId, memberId);
      const tags = lines.flatMap(({ value }) => tagsOf(value, people.get(value.personId) ?? ""));
      await insertTags(work, tags);
    },
  );
  return people;
}

/** The app tells the day without a zone; it counts as beginning in UTC. */
function joinedAtOf({ memberSince }: RewardsMember): Date {
  return new Date(`${memberSince}T00:00:00Z`);
}

/** What is unknown becomes no tag. The file was drawn when the transcript's recording began. */
function tagsOf(member: RewardsMember, memberId: string): ArrivingTag[] {
  const observedAt = rewardsEpoch;
  const facts = { gender: member.gender, age: member.age, income: member.income, member_since: member.memberSince };
  return Object.entries(facts).flatMap(([tagCode, value]) =>
    value === null ? [] : [{ memberId, tagCode, value, observedAt }],
  );
}
