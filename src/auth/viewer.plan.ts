import { computed, type RoomPlan } from "../graphql/plan/fields";
import { memberBy } from "../members/members.plan";
import { nameOfKind, nameOfScope } from "./auth.enums";
import type { Actor } from "./core/actor";

type Caller = Exclude<Actor, { kind: "anonymous" }>;

export const viewerPlan: RoomPlan = {
  roots: (caller) =>
    caller.reach("viewer") === "none" && caller.kind !== "anonymous"
      ? {}
      : { viewer: computed((_: undefined, { actor }) => (actor.kind === "anonymous" ? null : actor)) },
  objects: [
    {
      type: "Viewer",
      fields: (caller) => ({
        kind: computed(({ kind }: Caller) => nameOfKind(kind)),
        roles: computed((viewer: Caller) => (viewer.kind === "staff" ? [...viewer.roles] : [])),
        scopes: computed((viewer: Caller) => (viewer.kind === "partner" ? [...viewer.scopes].map(nameOfScope) : [])),
        partner: computed((viewer: Caller, { catalogue }) =>
          viewer.kind === "partner" ? catalogue.partners.get(viewer.partnerId) : null,
        ),
        member: memberBy(caller, ({ actor }) => (actor.kind === "member" ? actor.memberId : null)),
      }),
    },
  ],
};
