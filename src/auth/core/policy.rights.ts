import type { PolicyRow } from "./policy";
import { everyoneSignedIn } from "./policy.shared";

/** Drafts, who worked on them, and what a use costs and who bears it: the owner's and the operator's business. */
const owners: PolicyRow = {
  staff: ["MARKETER", "APPROVER", "FINANCE", "RISK", "AUDITOR", "OPERATIONS"],
  partner: { reach: "own", scope: "offers:read" },
  service: "all",
};

const authors: PolicyRow = { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" };
const publishers: PolicyRow = { ...authors, staff: ["MARKETER", "APPROVER"] };
const stoppers: PolicyRow = { ...authors, staff: ["MARKETER", "APPROVER", "RISK"] };
const approvers: PolicyRow = { staff: ["APPROVER"] };

/** Who may take which step of the lifecycle. */
const steps = {
  draft: authors,
  edit: authors,
  submit: authors,
  approve: approvers,
  reject: approvers,
  publish: publishers,
  schedule: publishers,
  pause: stoppers,
  resume: publishers,
  end: stoppers,
  return: authors,
} satisfies Readonly<Record<string, PolicyRow>>;

/** The bank's systems and support, with its own cards. */
const issuers: PolicyRow = {
  staff: ["SUPPORT"],
  partner: { reach: "own", scope: "members:write" },
  service: "all",
};

/** The rows of the policy for rights: benefits, packages, card products, and members' cards. */
export const rightsPolicy = {
  benefit: everyoneSignedIn,
  benefits: everyoneSignedIn,
  rightsPackage: everyoneSignedIn,
  rightsPackages: everyoneSignedIn,
  cardProduct: everyoneSignedIn,
  cardProducts: everyoneSignedIn,
  ...lifecycleOf("Benefit"),
  ...lifecycleOf("RightsPackage"),
  ...lifecycleOf("CardProduct"),
  "Benefit.costs": owners,
  copyRightsPackage: authors,

  // What fills a slot is the member's to choose.
  "Member.cards": {
    staff: ["SUPPORT", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  registerCard: issuers,
  replaceCard: issuers,
  freezeCard: { ...issuers, staff: ["SUPPORT", "RISK"], member: "own" },
  /** Not by the member: who found the card could undo what its owner did. */
  unfreezeCard: { ...issuers, staff: ["SUPPORT", "RISK"] },
  closeCard: issuers,
  changeCardProduct: issuers,
  electPackage: { ...issuers, member: "own" },
  quoteSwap: { ...issuers, member: "own" },
  swapPackage: { ...issuers, member: "own" },
} satisfies Readonly<Record<string, PolicyRow>>;

type LifecycleRows<Name extends string> = Readonly<
  Record<`${keyof typeof steps}${Name}` | `${Name}.unpublished`, PolicyRow>
>;

function lifecycleOf<Name extends string>(name: Name): LifecycleRows<Name> {
  const rows = Object.entries(steps).map(([verb, row]) => [`${verb}${name}`, row] as const);
  return Object.fromEntries([...rows, [`${name}.unpublished`, owners]]) as LifecycleRows<Name>;
}
