import type { Work } from "../context";
import { keptMillis } from "./core/simulated-thing";
import { deleteSimulations } from "./simulations.queries";

/** A job's: takes away what had its last word half an hour ago, also of processes that were killed. */
export async function forgetSimulations({ database, now }: Work): Promise<number> {
  return deleteSimulations(database.app, new Date(now.getTime() - keptMillis));
}
