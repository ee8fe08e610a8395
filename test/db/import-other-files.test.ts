import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { importRewardsApp } from "../../src/import/import-rewards-app";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { rewardsFiles, type RewardsFiles } from "../support/import-rewards-files";
import { rowCounts } from "../support/import-row-counts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "import-other-"))));
afterAll(() => rm(folder, { recursive: true }));

async function write(files: RewardsFiles, packed: boolean) {
  const paths = { portfolio: join(folder, "a"), profile: join(folder, "b"), transcript: join(folder, "c") };
  for (const name of ["portfolio", "profile", "transcript"] as const) {
    await writeFile(paths[name], packed ? gzipSync(files[name]) : files[name]);
  }
  return paths;
}

describe("other files of the rewards app's format", () => {
  it("come out right one after the other in one alliance, whatever the earlier ones said, packed or plain", async () => {
    const { database } = await testDatabase();
    const { services } = testApi(database);
    const seed = 20_260_601;
    for (const files of fc.sample(rewardsFiles, { numRuns: 25, seed })) {
      const { rejected, ...report } = await importRewardsApp(services, {
        ...(await write(files, false)),
        batchLines: 16,
      });
      const { rejectedLines, ...expected } = files.expected;
      expect(report).toEqual({ ...expected, currency: "USD" });
      expect(rejected.map(({ file, line }) => ({ file, line }))).toEqual(rejectedLines);
      for (const { reason } of rejected) expect(reason).toMatch(/expected/);

      const before = await rowCounts(database);
      expect(await importRewardsApp(services, await write(files, true))).toEqual({ ...report, rejected });
      expect(await rowCounts(database)).toEqual(before);
    }
  }, 120_000);

  it("say nothing of members and offers in empty files, and refuse every event for lack of them", async () => {
    const { database } = await testDatabase();
    const { services } = testApi(database);
    const event = '{"person": "p", "event": "transaction", "value": {"amount": 1}, "time": 0}';
    const report = await importRewardsApp(
      services,
      await write({ portfolio: "", profile: "", transcript: event } as RewardsFiles, false),
    );
    expect(report).toMatchObject({ members: 0, offers: 0, purchaseTotalMinor: "0" });
    expect(report.rejected).toEqual([
      {
        file: "transcript",
        line: 1,
        reason: 'person is "p", expected the id of a good line of the profile file',
      },
    ]);
  });
});
