import { join } from "node:path";
import { importPurchases } from "../../src/import/import-purchases";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";

const demoFile = join(__dirname, "..", "..", "demo", "cdnow-purchases.txt.gz");

describe("the file of the music store", () => {
  it("comes in exactly, to the cent", async () => {
    const { database } = await testDatabase();
    const { services } = testApi(database);
    const report = await importPurchases(services, { file: demoFile });
    expect(report).toEqual({
      purchases: 69_659,
      customers: 23_544,
      items: 167_881,
      purchaseTotalMinor: "250031563",
      currency: "USD",
      firstDay: "2021-01-01",
      lastDay: "2022-06-30",
      rejected: [],
    });
    expect(await importPurchases(services, { file: demoFile })).toEqual(report);
  }, 120_000);
});
