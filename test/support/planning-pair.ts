import type { GraphQLSchema } from "graphql";
import type { Services } from "../../src/context";
import type { Metrics } from "../../src/observability/metrics";
import { roomPlans } from "../../src/plans";
import { serveWorld, type Heard, type ServedWorld, type WorldRequest } from "./served-world";
import type { Viewer } from "./walk-secrets";

/** How the server that plans came to its answer. */
export type Way = "planned" | "declined" | "unplanned";

/** Two servers over one database, of which one plans. */
export class PlanningPair {
  private constructor(
    readonly planning: ServedWorld,
    readonly resolving: ServedWorld,
  ) {}

  static async serve(schema: GraphQLSchema, services: Services): Promise<PlanningPair> {
    return new PlanningPair(
      await serveWorld(schema, services, { compile: true, plans: roomPlans }),
      await serveWorld(schema, services, { compile: false }),
    );
  }

  /** The answers to one request that is sent to both; the one that plans is asked twice, since it keeps its plans. */
  async ask(
    viewer: Viewer,
    request: WorldRequest,
  ): Promise<{ first: Heard; planned: Heard; resolved: Heard; way: Way }> {
    const [resolved, first] = await Promise.all([
      this.resolving.ask(viewer, request),
      this.planning.ask(viewer, request),
    ]);
    const before = await executions(this.planning.metrics);
    const planned = await this.planning.ask(viewer, request);
    const after = await executions(this.planning.metrics);
    const grew = (way: string) => (after[way] ?? 0) > (before[way] ?? 0);
    const way = grew("planned") ? "planned" : grew("declined") ? "declined" : "unplanned";
    return { first, planned, resolved, way };
  }

  async stop(): Promise<void> {
    await this.planning.stop();
    await this.resolving.stop();
  }
}

export async function executions({ registry }: Metrics): Promise<Readonly<Record<string, number>>> {
  const found = await registry.getSingleMetric("alliance_graphql_executions_total")?.get();
  return Object.fromEntries((found?.values ?? []).map(({ labels, value }) => [String(labels["way"]), value]));
}
