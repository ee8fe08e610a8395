import type { GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { Config } from "../config";
import { makeApollo } from "../graphql/apollo";
import { CostBudget } from "../graphql/cost-budget";
import { KnownDocuments } from "../graphql/documents";
import { ErrorMask } from "../graphql/masking";
import type { Metrics } from "../observability/metrics";
import { graphqlRoute, type GraphqlRoute, type GraphqlRouteParts } from "./graphql-route";

export interface ServedGraphql {
  readonly route: GraphqlRoute;
  stop(): Promise<void>;
}

/** Puts schema, limits, masking and authentication together to what answers `/graphql`. */
export async function serveGraphql(
  parts: {
    readonly schema: GraphQLSchema;
    readonly config: Pick<Config, "limits" | "introspection" | "maxBodyBytes">;
    readonly log: Logger;
    readonly metrics: Metrics;
    /** See ApolloParts. */
    readonly compile?: boolean;
  } & Pick<GraphqlRouteParts, "authenticate" | "contextOf">,
): Promise<ServedGraphql> {
  const { schema, config, log } = parts;
  const mask = new ErrorMask(log);
  const budget = new CostBudget(config.limits.costPerMinute);
  const apollo = makeApollo({ ...parts, documents: new KnownDocuments(schema, config.limits), mask, budget });
  await apollo.start();
  const route = graphqlRoute({ ...parts, apollo, budget, mask, maxBodyBytes: config.maxBodyBytes });
  return { route, stop: () => apollo.stop() };
}
