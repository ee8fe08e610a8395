import type { Actor } from "../auth/core/actor";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { Rule } from "./core/rule";

/** The kinds of things that a rule decides who gets; a room that has such things adds its own. */
export type RuledKind = "OFFER";

/** One published thing and whom it is for, as matching needs it. */
export interface RuledThing {
  readonly kind: RuledKind;
  readonly id: string;
  /** The snapshot's row that it was made of. */
  readonly row: object;
  readonly version: number;
  /** For people: unique within the merchant. */
  readonly code: string;
  readonly merchantId: string;
  /** Null: for everybody. */
  readonly rule: Rule | null;
  /** 0–1000; higher comes first. */
  readonly priority: number;
  /** The half-open window in which it can be matched; null: no end. */
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly publishedAt: Date;
  /** What a member gets by it, in minor units; null where that cannot be said. */
  readonly value: { readonly amountMinor: bigint; readonly currency: string } | null;
  /** Another text wherever one of the above is another: what changed is told by it. */
  readonly stamp: string;
}

/** What a room says of its ruled things. */
export interface RuledThings {
  readonly kind: RuledKind;
  /** All that could be one, by id and in its order; a row is another object wherever its thing may be another. */
  rows(snapshot: CatalogueSnapshot): ReadonlyMap<string, object>;
  /** The thing as it is to be matched; undefined where it is not: a draft, paused, ended. */
  thing(snapshot: CatalogueSnapshot, id: string): RuledThing | undefined;
}

/** What the room of audiences says of those that are published. */
export interface AudienceSource {
  /** By code and in its order; a row is another object wherever the audience may be another. */
  rows(snapshot: CatalogueSnapshot): ReadonlyMap<string, object>;
  /** The rule that it is saved as, `"members"` where it is a list of them; undefined where it is not published. */
  meaning(snapshot: CatalogueSnapshot, code: string): Rule | "members" | undefined;
  /** The codes that the caller may name in a rule. */
  codes(snapshot: CatalogueSnapshot, actor: Actor): Iterable<string>;
}

/**
 * The rooms whose things have rules, and the one whose audiences rules name. They stand in src/rule-rooms.ts, which hands
 * them to the rule store: what registers itself as its module is loaded is missing where a command line does not load it.
 */
export interface RuleRooms {
  readonly things: readonly RuledThings[];
  readonly audiences: AudienceSource;
}
