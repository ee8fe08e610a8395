import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tables from "../../src/db/tables";
import { migrationsDirectory } from "../../src/db/migrate";

type Snapshot = ReturnType<typeof generateDrizzleJson>;

it("has no table or column in the code that the migrations do not make", async () => {
  const directory = join(migrationsDirectory, "meta");
  const newest = readdirSync(directory)
    .filter((name) => name.endsWith("_snapshot.json"))
    .sort()
    .at(-1)!;
  const migrated = JSON.parse(readFileSync(join(directory, newest), "utf8")) as Snapshot;
  const missing = await generateMigration(migrated, generateDrizzleJson(tables, migrated.id, ["alliance", "personal"]));
  // When this fails: npm run migration -- --name what_it_does
  expect(missing).toEqual([]);
});
