import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../db/columns";
import { alliance } from "../db/schemas";
import type { SimulatedCounts, SimulatedThing, SimulationState } from "./core/simulated-thing";

/**
 * What became of each simulation of rules, so that any server answers for one that another runs. Written by the process
 * that runs it every second, which also learns there that nobody wants it any more; taken away half an hour after its
 * last word.
 */
export const simulations = alliance.table(
  "simulations",
  {
    simulationId: uuid("simulation_id").primaryKey(),
    /** Who started it, who alone is told of it. */
    actorId: text("actor_id").notNull(),
    /** RUNNING also after its process was killed: then `heartbeat_at` grows old. */
    state: text("state").$type<SimulationState>().notNull(),
    /** The moment that the rules are asked at. */
    moment: instant("moment").notNull(),
    seed: integer("seed").notNull(),
    /** An array, one for each draft; amounts are texts of digits. */
    things: jsonb("things").$type<readonly SimulatedThing[]>().notNull(),
    /** An array beside the things: counts of the members counted so far. */
    counts: jsonb("counts").$type<SimulatedCounts>().notNull(),
    /** Of how many members the sample is; null until it is drawn. */
    population: integer("population"),
    /** How many members are in the sample. */
    sampled: integer("sampled"),
    /** How many of them were counted. */
    counted: integer("counted").notNull(),
    startedAt: instant("started_at").notNull(),
    /** When its process last said that it runs, or that it does no more. */
    heartbeatAt: instant("heartbeat_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    check("simulations_state_known", sql`${t.state} in ('RUNNING', 'DONE', 'CANCELLED', 'FAILED')`),
    check("simulations_ended", sql`(${t.state} = 'RUNNING') = (${t.endedAt} is null)`),
    check("simulations_sample", sql`(${t.population} is null) = (${t.sampled} is null)`),
    check("simulations_counted", sql`${t.counted} >= 0 and ${t.counted} <= coalesce(${t.sampled}, 0)`),
    check("simulations_whole", sql`${t.sampled} <= ${t.population}`),
    check("simulations_done", sql`${t.state} <> 'DONE' or ${t.counted} = ${t.sampled}`),
    index("simulations_by_actor").on(t.actorId),
  ],
);
