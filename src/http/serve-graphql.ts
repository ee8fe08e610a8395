import type { GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { Config } from "../config";
import { nothingRegistered, type RegisteredDocuments } from "../documents/registered-documents";
import { TrustedDocuments } from "../documents/trusted-documents";
import { Admission } from "../graphql/admission";
import { makeApollo } from "../graphql/apollo";
import { CostBudget } from "../graphql/cost-budget";
import { KnownDocuments } from "../graphql/documents";
import { ErrorMask } from "../graphql/masking";
import type { RoomPlan } from "../graphql/plan/fields";
import { Planner } from "../graphql/plan/planner";
import { PlannedQueries } from "../graphql/planned-queries";
import type { Metrics } from "../observability/metrics";
import { MediaTypes } from "./media-types";
import { graphqlRoute, type GraphqlRoute, type GraphqlRouteParts } from "./graphql-route";

export interface ServedGraphql {
  readonly route: GraphqlRoute;
  stop(): Promise<void>;
}

/** Puts schema, limits, masking and authentication together to what answers `/graphql`. */
export async function serveGraphql(
  parts: {
    readonly schema: GraphQLSchema;
    readonly config: Pick<Config, "limits" | "introspection" | "trustedOnly" | "maxBodyBytes">;
    readonly log: Logger;
    readonly metrics: Metrics;
    /** Documents that are executed by id; none where it is not given. */
    readonly registered?: RegisteredDocuments;
    /** How queries are planned; without it all are resolved. */
    readonly plans?: readonly RoomPlan[];
    /** Off in benchmarks that compare: plans answer inside Apollo alone. */
    readonly inFront?: boolean;
    /** See ApolloParts. */
    readonly compile?: boolean;
  } & Pick<GraphqlRouteParts, "authenticate" | "contextOf">,
): Promise<ServedGraphql> {
  const { schema, config, log } = parts;
  const mask = new ErrorMask(log);
  const budget = new CostBudget(config.limits.costPerMinute);
  const known = new KnownDocuments(schema, config.limits);
  const admission = new Admission(schema, config, budget);
  const planner = parts.plans && new Planner(schema, parts.plans);
  const planned = planner && new PlannedQueries({ ...parts, planner, documents: known, admission, budget });
  const apollo = makeApollo({ ...parts, documents: known, mask, budget, admission, planned });
  await apollo.start();
  const documents = new TrustedDocuments(parts.registered ?? nothingRegistered, config.trustedOnly);
  const route = graphqlRoute({
    ...parts,
    ...{ documents, apollo, budget, mask },
    planned: parts.inFront === false ? undefined : planned,
    mediaTypes: new MediaTypes(),
    maxBodyBytes: config.maxBodyBytes,
  });
  return { route, stop: () => apollo.stop() };
}
