/**
 * What answering planned queries as text is worth, and what answering them in front of Apollo adds: this server in four
 * ways on one database. Prints one JSON line of ratios last; bench/README.md says of what.
 *
 *     npm run bench:planned-answers -- [--smoke] [--rounds N] [--seconds N]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareAnswers } from "./graphql/compare";
import { withBenchDatabase } from "./graphql/database";
import { allianceDialects, documentNames } from "./graphql/documents";
import { LoadGenerator } from "./graphql/load";
import { startProcess, typescript } from "./graphql/process";
import { memberIdsFor, runRounds, tableOf, type Contestant, type Rounds } from "./graphql/run";
import { fullSize, seedAlliance, smokeSize } from "./graphql/seed";
import {
  nodeOfRivals,
  prepareGround,
  settingsOf,
  startAlliance,
  type BenchServer,
  type Ground,
} from "./graphql/servers";
import { ways, type Way } from "./planned-answers/server";

const { values } = parseArgs({
  options: { smoke: { type: "boolean", default: false }, rounds: { type: "string" }, seconds: { type: "string" } },
});
const size = values.smoke ? smokeSize : fullSize;
const wanted = {
  rounds: Number(values.rounds ?? (values.smoke ? 1 : 7)),
  seconds: Number(values.seconds ?? (values.smoke ? 0.3 : 2)),
  warmUpSeconds: values.smoke ? 0.3 : 4,
  connections: 32,
};
const poolSize = 8;
const membersCompared = 50;

void withBenchDatabase(async (database, cleanup) => {
  await seedAlliance(database.ownerUrl, size);
  const ground = await prepareGround(database, cleanup);
  // The product itself is started for the actor that it registers, whose tokens the others take too.
  const product = await startAlliance(ground, { poolSize });
  await product.stop();
  const dialect = allianceDialects(database.masterKey).plain;
  const contestants: Contestant[] = [];
  for (const way of ways) contestants.push({ label: way, server: await startWay(ground, way, product), dialect });
  for (const document of documentNames) {
    await compareAnswers(contestants, document, memberIdsFor(document, size, membersCompared));
  }
  const generator = new LoadGenerator();
  cleanup.add(() => generator.close());
  const rounds = await runRounds(contestants, generator, size, wanted);
  console.log(`\n${tableOf(rounds)}\n`);
  console.log(JSON.stringify(ratiosOf(rounds)));
});

async function startWay(ground: Ground, way: Way, { tokens }: BenchServer): Promise<BenchServer> {
  const server = await startProcess({
    command: nodeOfRivals(),
    args: [...typescript, join(__dirname, "planned-answers", "server.ts")],
    env: {
      ...settingsOf(ground),
      ...{ PLANS: way, PORT: "0", ALLIANCE_METRICS_PORT: "0", ALLIANCE_COST_PER_MINUTE: "0" },
      ALLIANCE_DATABASE_POOL_SIZE: String(poolSize),
    },
    ready: /listening on (http\S+)/,
    outputFile: join(ground.folder, `${way}.log`),
    cleanup: ground.cleanup,
  });
  return { ...server, name: "alliance", tokens };
}

/** How many times as many requests the product's way answers as each of the others: medians over the rounds. */
function ratiosOf(rounds: Rounds): Record<string, Record<string, number>> {
  const medianRatio = (document: (typeof documentNames)[number], way: Way) => {
    const [front, other] = [rounds[document]["front"] ?? [], rounds[document][way] ?? []];
    const ratios = front.map((figures, round) => figures.perSecond / (other[round]?.perSecond ?? NaN));
    return Math.round((ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? NaN) * 100) / 100;
  };
  const others = ways.filter((way) => way !== "front");
  return Object.fromEntries(
    documentNames.map((document) => [
      document,
      Object.fromEntries(others.map((way) => [way, medianRatio(document, way)])),
    ]),
  );
}
