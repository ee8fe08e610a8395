import type { Logger } from "pino";
import type { AudienceServices } from "./audiences/audience-services";
import type { Actor } from "./auth/core/actor";
import type { Database } from "./db/client";
import type { Facts } from "./facts/fact-room";
import type { GlobalIds, ViewerIds } from "./graphql/global-id";
import type { Clock } from "./kernel/clock";
import type { Locale } from "./kernel/localised";
import type { CheckpointKeys } from "./ledger/core/checkpoint";
import { makeLoaders, type Loaders } from "./loaders";
import type { RuleStore } from "./rules/rule-store";
import type { SimulationRunner } from "./simulations/simulation-runner";
import { CatalogueChanges } from "./snapshot/catalogue-changes";
import type { CatalogueStore } from "./snapshot/catalogue-store";

/** What lives as long as the process: made once in main.ts, handed to everything that needs it. */
export interface Services {
  readonly database: Database;
  /** The catalogue in memory: what is read of it touches no database. */
  readonly catalogue: CatalogueStore;
  /** Chunks of members in memory, and how many a partner is told of at least. */
  readonly audiences: AudienceServices;
  /** What rooms know of members that rules may ask, and the numbers by which it is encoded. */
  readonly facts: Facts;
  /** The rules of everything that is published, indexed. */
  readonly rules: RuleStore;
  /** What this process counts behind for whoever tries drafts. */
  readonly simulations: SimulationRunner;
  readonly ids: GlobalIds;
  /** 32 bytes from which the keys for personal data, ids, API keys and blind indexes are derived. */
  readonly masterKey: Buffer;
  /** Where signed checkpoints of the ledger are kept, outside of the database. */
  readonly checkpointFolder: string;
  readonly checkpointKeys?: CheckpointKeys;
  readonly clock: Clock;
  /** IANA zone of the alliance: whose days and hours rules and history counters count by. */
  readonly timeZone: string;
  readonly log: Logger;
}

/** What a use case works with: the services, who asks, and the one instant that counts as now. */
export interface Work {
  readonly services: Services;
  readonly database: Database;
  readonly actor: Actor;
  readonly now: Date;
  /** Noted when the work changes the catalogue; absent where nobody waits for that. */
  readonly catalogueChanges?: CatalogueChanges;
}

/** What a resolver works with. One per request. */
export interface RequestContext extends Work {
  readonly requestId: string;
  /** The language of localised texts: from `Accept-Language`, else English. */
  readonly locale: Locale;
  /** Seals and opens global ids as this caller sees them. */
  readonly ids: ViewerIds;
  readonly loaders: Loaders;
  /** The one snapshot of the catalogue that all of a planned answer is of. */
  readonly catalogue: CatalogueStore["current"];
  readonly catalogueChanges: CatalogueChanges;
}

export function requestContext(
  services: Services,
  request: { readonly requestId: string; readonly actor: Actor; readonly locale: Locale },
): RequestContext {
  return new Request(services, request);
}

/**
 * Made for every request: loaders and snapshot only when somebody asks for them, as a planned query never does for the
 * loaders. Apollo clones it property by property, so what it holds are properties and no `#` fields.
 */
class Request implements RequestContext {
  readonly requestId: string;
  readonly actor: Actor;
  readonly locale: Locale;
  readonly database: Database;
  readonly now: Date;
  readonly ids: ViewerIds;
  readonly catalogueChanges = new CatalogueChanges();
  private madeLoaders: Loaders | undefined = undefined;
  private takenSnapshot: CatalogueStore["current"] | undefined = undefined;

  constructor(
    readonly services: Services,
    { requestId, actor, locale }: Pick<RequestContext, "requestId" | "actor" | "locale">,
  ) {
    this.requestId = requestId;
    this.actor = actor;
    this.locale = locale;
    this.database = services.database;
    this.now = services.clock();
    this.ids = services.ids.forActor(actor);
  }

  get loaders(): Loaders {
    return (this.madeLoaders ??= makeLoaders(this.services, this.actor));
  }

  get catalogue(): CatalogueStore["current"] {
    return (this.takenSnapshot ??= this.services.catalogue.current);
  }
}
