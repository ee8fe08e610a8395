import { join } from "node:path";
import { importRewardsApp } from "../../src/import/import-rewards-app";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";

const demo = (name: string) => join(__dirname, "..", "..", "demo", name);
const demoFiles = {
  portfolio: demo("starbucks-portfolio.jsonl"),
  profile: demo("starbucks-profile.jsonl.gz"),
  transcript: demo("starbucks-transcript-18h.jsonl.gz"),
};

describe("the files of the rewards app", () => {
  it("come in exactly, and the replay finds the file's own completions", async () => {
    const { database } = await testDatabase();
    const { services } = testApi(database);
    const report = await importRewardsApp(services, demoFiles);
    expect(report).toEqual({
      members: 17_000,
      activeMembers: 13_099,
      offers: 10,
      events: { received: 12_650, viewed: 5_473, purchases: 3_159, completed: 1_014 },
      rejected: [
        { file: "transcript", line: 15_562, reason: "the line is empty, expected a JSON object" },
        { file: "transcript", line: 18_069, reason: "the line is empty, expected a JSON object" },
        { file: "transcript", line: 20_285, reason: "the line is empty, expected a JSON object" },
        {
          file: "transcript",
          line: 22_300,
          reason: expect.stringMatching(/^the line is .* expected a whole JSON object$/),
        },
      ],
      replay: { completed: 1_014, missing: 0, extra: 0 },
      purchaseTotalMinor: "4405034",
      rewardTotalMinor: "511300",
      currency: "USD",
    });
    expect(await importRewardsApp(services, demoFiles)).toEqual(report);
  }, 120_000);
});
