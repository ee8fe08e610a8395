// Before anything with decorators.
import "reflect-metadata";
import path from "node:path";
import { requestContext } from "./context";
import { DocumentMemory } from "./documents/registered-documents";
import { GraphiqlPage, readTabs, type PageTokens } from "./graphql/page";
import { serveGraphql } from "./http/serve-graphql";
import { startJobs } from "./jobs/start-jobs";
import type { Alliance } from "./main";
import { connectionCounts, databaseReadiness } from "./observability/health";
import { Metrics } from "./observability/metrics";
import { buildAllianceSchema } from "./schema";
import { roomPlans } from "./plans";
import { startServer, type RunningServer } from "./server";

const operationsDirectory = path.resolve(__dirname, "..", "schema", "operations");

export interface ServedAlliance {
  readonly server: Pick<RunningServer, "url" | "metricsUrl">;
  readonly metrics: Metrics;
  /** Drains the server and stops the jobs; the alliance itself stays open. */
  stop(): Promise<void>;
}

/** Serves an open alliance: API, page, health and metrics, with the jobs beside them in the same process. */
export async function serveAlliance(
  alliance: Alliance,
  pageTokens: (() => Promise<PageTokens>) | undefined,
): Promise<ServedAlliance> {
  const { config, services, authenticator } = alliance;
  const { app } = services.database;
  await services.catalogue.open();
  await services.facts.numbers.fetchAll();
  await services.rules.open(services.clock);
  const metrics = new Metrics();
  metrics.watchCatalogue(() => services.catalogue.ageSeconds);
  metrics.watchRules(() => services.rules.size);
  metrics.watchDatabase({ poolSize: config.poolSize, connections: () => connectionCounts(app) });
  const graphql = await serveGraphql({
    schema: buildAllianceSchema(),
    config,
    log: services.log,
    metrics,
    plans: roomPlans,
    registered: new DocumentMemory({ app, clock: services.clock, log: services.log }),
    authenticate: authenticator.authenticate,
    contextOf: (request) => requestContext(services, request),
  });
  const server = await startServer({
    config,
    graphql: graphql.route,
    page: config.page ? new GraphiqlPage(readTabs(operationsDirectory)) : undefined,
    pageTokens,
    readiness: databaseReadiness(app),
    metrics,
    log: services.log,
  });
  const jobs = startJobs(services, { door: alliance.door });
  return {
    server,
    metrics,
    async stop() {
      await server.drain();
      await graphql.stop();
      await jobs.stop();
    },
  };
}
