import type { Registry } from "prom-client";
import type { ReadyDatabase } from "../db/setup";

/**
 * What a worker needs to open the alliance. It goes through the channel between the two processes, which nobody else can
 * read; arguments and environments can be seen by others. Workers are not handed the owner's address: the primary has
 * migrated, and a worker that replaces another while a newer release migrates must not refuse the newer schema.
 */
export interface Handover {
  readonly doors: ReadyDatabase["doors"];
  /** As base64url. */
  readonly masterKey: string;
  readonly signingKey: string | undefined;
}

/** A registry's counts as values, as prom-client sums them. */
export type Counts = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

export type ToWorker =
  | { readonly kind: "serve"; readonly handover: Handover }
  | { readonly kind: "count"; readonly request: number }
  /** Finish what is under way and end. */
  | { readonly kind: "drain" };

export type FromWorker =
  /** It listens to messages from now on. */
  | { readonly kind: "awake" }
  | { readonly kind: "serving"; readonly url: string }
  | { readonly kind: "counted"; readonly request: number; readonly counts: Counts };
