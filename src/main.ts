import type { Logger } from "pino";
import { audienceServices } from "./audiences/audience-services";
import { createAuthenticator, type Authenticator } from "./auth/authenticate";
import { DevelopmentIssuer } from "./auth/development-issuer";
import type { Config } from "./config";
import type { Services } from "./context";
import { openDatabase, type Door } from "./db/client";
import { joinEmbeddedDatabase } from "./db/embedded";
import { setUpDatabase, type ReadyDatabase } from "./db/setup";
import { factsOf } from "./fact-rooms";
import { GlobalIds } from "./graphql/global-id";
import { installJobs } from "./jobs/install-jobs";
import { systemClock } from "./kernel/clock";
import { ruleRooms } from "./rule-rooms";
import { RuleStore } from "./rules/rule-store";
import { sampleStatistics } from "./matching/sample-statistics";
import { SimulationRunner } from "./simulations/simulation-runner";
import { CatalogueStore } from "./snapshot/catalogue-store";

/** An alliance that is open for work: by the server, or by a command of the command line. */
export interface Alliance {
  readonly config: Config;
  readonly services: Services;
  readonly authenticator: Authenticator;
  /** Only with the embedded database; elsewhere tokens come from the configured issuers. */
  readonly issuer: DevelopmentIssuer | undefined;
  /** How the application reaches the database; the job queue has connections of its own. */
  readonly door: Door;
  /** Names of the migrations that were applied while it was opened. */
  readonly migrated: readonly string[];
  /** Closes the database and leaves the embedded server; the last process to leave stops it. */
  close(): Promise<void>;
}

/**
 * Opens the alliance that the configuration names: joins or starts the database, migrates it, and makes the services.
 * Nothing is left open where it throws.
 */
export async function openAlliance(config: Config, log: Logger): Promise<Alliance> {
  return openAllianceAt(await reachDatabase(config, log), config, log);
}

/** The same on a database that was reached before, by this process or by the primary one of several. */
export async function openAllianceAt(place: ReachedDatabase, config: Config, log: Logger): Promise<Alliance> {
  try {
    const database = openDatabase({ ...place.ready.doors, poolSize: config.poolSize });
    const { masterKey, signingKey } = place;
    const catalogue = new CatalogueStore({ app: database.app, log });
    const ids = new GlobalIds(masterKey);
    const { timeZone } = config;
    const facts = factsOf(database.app);
    const sample = (now: Date) => sampleStatistics({ database, facts, catalogue, timeZone }, now);
    const rules = new RuleStore({ catalogue, rooms: ruleRooms, log, sample, ranking: config.ranking });
    const audiences = audienceServices(config.audiences);
    const simulations = new SimulationRunner({ app: database.app, clock: systemClock, log });
    const services: Services = {
      ...{ database, catalogue, facts, rules, audiences, ids, masterKey, clock: systemClock, timeZone, log },
      simulations,
      checkpointFolder: config.checkpointFolder,
      checkpointKeys: config.checkpointKeys,
    };
    const issuer = signingKey ? developmentIssuer(config, signingKey) : undefined;
    const issuers = [...config.oidcIssuers, ...(issuer ? [issuer.trusted] : [])];
    const authenticator = createAuthenticator({ issuers, services });
    const close = async () => {
      try {
        await authenticator.settled();
        await simulations.close();
        await rules.close();
        await catalogue.close();
        await database.close();
      } finally {
        await place.leave();
      }
    };
    const { applied: migrated, doors } = place.ready;
    return { config, services, authenticator, issuer, door: doors.app, migrated, close };
  } catch (error) {
    await place.leave();
    throw error;
  }
}

export interface ReachedDatabase {
  readonly ready: ReadyDatabase;
  readonly masterKey: Buffer;
  readonly signingKey: string | undefined;
  leave(): Promise<void>;
}

/** Joins or starts the database, and migrates it. */
export async function reachDatabase(config: Config, log: Logger): Promise<ReachedDatabase> {
  const tell = (line: string) => log.info(line);
  const choice = config.database;
  if (choice.kind === "given") {
    const ready = await setUpDatabase({ ...choice, log: tell });
    await installJobs(choice.ownerUrl, tell);
    return { ready, masterKey: choice.masterKey, signingKey: undefined, leave: () => Promise.resolve() };
  }
  const embedded = await joinEmbeddedDatabase({ projectDirectory: choice.home, log: tell });
  try {
    const ready = await setUpDatabase({
      ownerUrl: embedded.ownerUrl,
      appPassword: embedded.secrets.appPassword,
      vaultPassword: embedded.secrets.vaultPassword,
      createDatabase: true,
      log: tell,
    });
    await installJobs(embedded.ownerUrl, tell);
    const { masterKey, signingKey } = embedded.secrets;
    return { ready, masterKey: Buffer.from(masterKey, "base64url"), signingKey, leave: () => embedded.leave() };
  } catch (error) {
    await embedded.leave();
    throw error;
  }
}

function developmentIssuer(config: Config, signingKey: string): DevelopmentIssuer {
  return new DevelopmentIssuer({ signingKey, environment: config.environment, clock: systemClock });
}
