import type { Logger } from "pino";
import type { Actor } from "./auth/core/actor";
import type { Database } from "./db/client";
import type { GlobalIds, ViewerIds } from "./graphql/global-id";
import type { Clock } from "./kernel/clock";
import type { Locale } from "./kernel/localised";
import { makeLoaders, type Loaders } from "./loaders";
import { CatalogueChanges } from "./snapshot/catalogue-changes";
import type { CatalogueStore } from "./snapshot/catalogue-store";

/** What lives as long as the process: made once in main.ts, handed to everything that needs it. */
export interface Services {
  readonly database: Database;
  /** The catalogue in memory: what is read of it touches no database. */
  readonly catalogue: CatalogueStore;
  readonly ids: GlobalIds;
  /** 32 bytes from which the keys for personal data, ids, API keys and blind indexes are derived. */
  readonly masterKey: Buffer;
  readonly clock: Clock;
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
  const { database } = services;
  let loaders: Loaders | undefined;
  let catalogue: CatalogueStore["current"] | undefined;
  return {
    ...request,
    services,
    database,
    now: services.clock(),
    ids: services.ids.forActor(request.actor),
    // A query that a plan answers needs none of them.
    get loaders() {
      return (loaders ??= makeLoaders(services, request.actor));
    },
    get catalogue() {
      return (catalogue ??= services.catalogue.current);
    },
    catalogueChanges: new CatalogueChanges(),
  };
}
