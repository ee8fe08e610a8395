/**
 * How many requests this server answers beside PostGraphile, plain Apollo and hand-written SQL on the same database.
 * Prints one JSON line of ratios last; bench/README.md says of what.
 *
 *     npm run bench:graphql -- [--smoke] [--rounds N] [--seconds N] [--connections N] [--members N]
 */
import { parseArgs } from "node:util";
import { compareAnswers } from "./graphql/compare";
import { withBenchDatabase } from "./graphql/database";
import { allianceDialects, dialectsOf, documentNames } from "./graphql/documents";
import { LoadGenerator } from "./graphql/load";
import { memberIdsFor, ratiosOf, runRounds, tableOf, type Contestant, type Ratios } from "./graphql/run";
import { fullSize, seedAlliance, smokeSize, type AllianceSize } from "./graphql/seed";
import {
  prepareGround,
  startAlliance,
  startHandSql,
  startPlainApollo,
  startPostgraphile,
  type Ground,
} from "./graphql/servers";

/** Connections to the database that each server may open for its queries. */
const poolSize = 8;

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string" },
    connections: { type: "string" },
    members: { type: "string" },
  },
});

const size: AllianceSize = values.smoke
  ? smokeSize
  : { ...fullSize, members: numberOf(values.members, fullSize.members) };
const wanted = {
  rounds: numberOf(values.rounds, values.smoke ? 1 : 9),
  seconds: numberOf(values.seconds, values.smoke ? 0.5 : 2),
  warmUpSeconds: values.smoke ? 0.5 : 4,
  connections: numberOf(values.connections, 32),
};
const membersCompared = values.smoke ? 10 : 200;

void withBenchDatabase(async (database, cleanup) => {
  const counts = await seedAlliance(database.ownerUrl, size);
  const rows = Object.entries(counts).map(([table, count]) => `${count.toLocaleString("en")} ${table}`);
  console.log(`A database of ${rows.join(", ")}.`);
  const contestants = await startContestants(await prepareGround(database, cleanup));
  for (const document of documentNames) {
    await compareAnswers(contestants, document, memberIdsFor(document, size, membersCompared));
  }
  console.log(`All servers answer the same for ${membersCompared} members in each document.`);
  console.log(`${wanted.connections} connections, ${wanted.seconds} s a turn, pools of ${poolSize}.`);
  const generator = new LoadGenerator();
  cleanup.add(() => generator.close());
  const rounds = await runRounds(contestants, generator, size, { ...wanted, database: database.name });
  const ratios = ratiosOf(rounds);
  console.log(`\n${tableOf(rounds)}\n\n${targetsText(ratios)}\n`);
  console.log(JSON.stringify(ratios));
});

async function startContestants(ground: Ground): Promise<readonly Contestant[]> {
  const servers = {
    alliance: await startAlliance(ground, { poolSize }),
    postgraphile: await startPostgraphile(ground, poolSize),
    apollo: await startPlainApollo(ground, poolSize),
    sql: await startHandSql(ground, poolSize),
  };
  const { masterKey } = ground.database;
  const dialects = await dialectsOf(masterKey, servers.postgraphile.url);
  const plain = Object.values(servers).map((server) => {
    return { label: server.name, server, dialect: dialects[server.name] };
  });
  // For information: what the seals of global ids add, which no rival makes.
  const withIds = {
    label: "alliance with ids",
    server: servers.alliance,
    dialect: allianceDialects(masterKey).withIds,
  };
  return [...plain, withIds];
}

function numberOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!(Number(text) > 0)) throw new Error(`an option is "${text}", expected a number above 0`);
  return Number(text);
}

/** What the ratios must be and should be, by document. */
const targets = {
  member: { postgraphile: [1.8, 2.5], sql: 0.9 },
  screen: { postgraphile: [3, 4], sql: 1.2 },
  list: { postgraphile: [4, 6], sql: 1.2 },
} as const;

function targetsText(ratios: Ratios): string {
  const line = (document: (typeof documentNames)[number]) => {
    const { postgraphile, sql } = targets[document];
    const [required, goal] = postgraphile;
    return (
      `${document}: ${ratios[document].postgraphile} times PostGraphile (required ${required}, goal ${goal}), ` +
      `${ratios[document].sql} times hand-written SQL (goal ${sql})`
    );
  };
  return documentNames.map(line).join("\n");
}
