import type { Services, Work } from "../context";

/** Imports act as a service of the operator: it may found what is missing and bring what others had published. */
export function importWork(services: Services): Work {
  return {
    services,
    database: services.database,
    actor: { kind: "service", actorId: "service:import", name: "import" },
    now: services.clock(),
  };
}
