/**
 * How throughput, latency and memory of this server grow with members, connections and server processes, beside rivals.
 * Prints one JSON line of ratios last; bench/README.md says of what.
 *
 *     npm run bench:graphql-growth -- [--smoke] [--members 10000,1000000] [--connections 8,32,128] [--workers 1,2]
 *                                     [--rivals sql,postgraphile|none] [--rounds N] [--seconds N] [--file PATH] [--note TEXT]
 *
 * The full run, with no option, writes bench/results/graphql-growth.json; others write where --file says.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import postgres from "postgres";
import { compareAnswers } from "./graphql/compare";
import { withBenchDatabases, type BenchDatabase } from "./graphql/database";
import { documentNames } from "./graphql/documents";
import { LoadGenerator } from "./graphql/load";
import { memberIdsFor } from "./graphql/run";
import { startContestants, type GrowthContestant } from "./graphql-growth/contestants";
import { measureGrowth } from "./graphql-growth/measure";
import { readOptions, type GrowthOptions } from "./graphql-growth/options";
import { ratiosOf, tableOf, type Figure, type Growth } from "./graphql-growth/results";

const options = readOptions();

void withBenchDatabases(options.members.length, async (databases, cleanup) => {
  const contestants: GrowthContestant[] = [];
  const sizes: Readonly<Record<string, number>>[] = [];
  for (const [place, members] of options.members.entries()) {
    const database = databases[place] as BenchDatabase;
    const ready = await startContestants(database, members, options, cleanup);
    contestants.push(...ready.contestants);
    sizes.push(ready.rows);
    const rows = Object.entries(ready.rows).map(([table, count]) => `${count.toLocaleString("en")} ${table}`);
    console.log(`A database of ${rows.join(", ")}.`);
    for (const document of documentNames) {
      const asked = memberIdsFor(document, ready.size, options.membersCompared);
      await compareAnswers(ready.contestants, document, asked);
    }
  }
  console.log(`All servers of a database answer the same for ${options.membersCompared} members in each document.`);
  const generator = new LoadGenerator();
  cleanup.add(() => generator.close());
  const figures = await measureGrowth(contestants, generator, options);
  const growth = await growthOf(databases[0] as BenchDatabase, options, sizes, figures);
  console.log(`\n${tableOf(figures)}\n`);
  if (options.file) writeFileSync(options.file, `${JSON.stringify(growth, undefined, 2)}\n`);
  console.log(options.file ? `Written to ${options.file}.` : "Written nowhere: this was no full run.");
  console.log(JSON.stringify(ratiosOf(growth)));
});

async function growthOf(
  { ownerUrl }: BenchDatabase,
  { rounds, seconds, poolSize, note }: GrowthOptions,
  sizes: Growth["sizes"],
  figures: readonly Figure[],
): Promise<Growth> {
  const sql = postgres(ownerUrl, { max: 1 });
  try {
    const [row] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
    return {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      postgresql: row?.version ?? "",
      cores: availableParallelism(),
      ...(note ? { note } : {}),
      ...{ rounds, secondsEach: seconds, poolSize, sizes, figures },
    };
  } finally {
    await sql.end();
  }
}
