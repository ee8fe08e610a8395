import type { BenchDatabase, Cleanup } from "../graphql/database";
import { allianceDialects, postgraphileDialect, sqlDialect, type Dialect } from "../graphql/documents";
import type { Contestant } from "../graphql/run";
import { fullSize, seedAlliance, type AllianceSize } from "../graphql/seed";
import {
  prepareGround,
  startAlliance,
  startHandSql,
  startPostgraphile,
  type BenchServer,
  type Ground,
} from "../graphql/servers";
import type { GrowthOptions, Rival } from "./options";

/** A server of so many processes on a database of so many members. */
export interface GrowthContestant extends Contestant {
  readonly workers: number;
  readonly size: AllianceSize;
}

type DialectOf = (url: string) => Dialect | Promise<Dialect>;

interface ReadyDatabase {
  readonly contestants: readonly GrowthContestant[];
  readonly size: AllianceSize;
  /** How many each table holds. */
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Fills the database and starts every server of it: this one once for each number of processes, and the rivals, which
 * are one process each.
 */
export async function startContestants(
  database: BenchDatabase,
  members: number,
  options: GrowthOptions,
  cleanup: Cleanup,
): Promise<ReadyDatabase> {
  const { merchants, offers, poolSize } = options;
  const size: AllianceSize = { ...fullSize, members, merchants, offers };
  const rows = await seedAlliance(database.ownerUrl, size);
  const ground = await prepareGround(database, cleanup);
  const { plain } = allianceDialects(database.masterKey);
  const contestants: GrowthContestant[] = [];
  const join = async (starting: Promise<BenchServer>, workers: number, dialectOf: DialectOf) => {
    const server = await starting;
    const dialect = await dialectOf(server.url);
    contestants.push({ label: `${server.name} ${members} ${workers}`, server, dialect, workers, size });
  };
  for (const workers of options.workers) {
    await join(startAlliance(ground, { poolSize, workers }), workers, () => plain);
  }
  for (const rival of options.rivals) {
    await join(starters[rival](ground, poolSize), 1, rival === "sql" ? () => sqlDialect : postgraphileDialect);
  }
  return { contestants, size, rows };
}

const starters: Readonly<Record<Rival, (ground: Ground, poolSize: number) => Promise<BenchServer>>> = {
  sql: startHandSql,
  postgraphile: startPostgraphile,
};
