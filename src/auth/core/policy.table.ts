import type { PolicyRow } from "./policy";
import { entitlementPolicy } from "./policy.entitlements";
import { rightsPolicy } from "./policy.rights";
import { everyStaffRole, everyoneSignedIn } from "./policy.shared";

/**
 * Who may do what: one row an operation, and one a field that is withheld from some who see its object (`Type.field`).
 * Every root field of the schema has a row; a test fails where one is missing. Who is not named in a row may not.
 */
export const policyTable = {
  // Everyone
  viewer: { anonymous: "own", staff: everyStaffRole, partner: { reach: "own" }, member: "own", service: "all" },
  /** `node` finds nothing by itself: the row of the type's own query decides (graphql/node.ts). */
  node: everyoneSignedIn,
  nodes: everyoneSignedIn,

  // Partners, merchants and outlets
  partners: everyoneSignedIn,
  merchant: everyoneSignedIn,
  merchants: everyoneSignedIn,
  merchantCategories: everyoneSignedIn,
  outlet: everyoneSignedIn,
  outlets: everyoneSignedIn,
  defineCategory: { staff: ["OPERATIONS"], service: "all" },
  createPartner: { staff: ["OPERATIONS"], service: "all" },
  createMerchant: { staff: ["OPERATIONS"], service: "all" },
  updateMerchant: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "merchant:write" }, service: "all" },
  /** The operator suspends a merchant and files it under a category; the partner could else undo either by itself. */
  "UpdateMerchantInput.status": { staff: ["OPERATIONS"], service: "all" },
  "UpdateMerchantInput.categoryCode": { staff: ["OPERATIONS"], service: "all" },
  createOutlet: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "merchant:write" }, service: "all" },
  updateOutlet: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "merchant:write" }, service: "all" },
  /** But for closing an active outlet, which whoever may update it may: what the operator suspended, it alone lifts. */
  "UpdateOutletInput.status": { staff: ["OPERATIONS"], service: "all" },
  "Merchant.loyalty": {
    staff: ["MARKETER", "APPROVER", "FINANCE", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "reports:read" },
    service: "all",
  },

  // Programs
  program: everyoneSignedIn,
  programs: everyoneSignedIn,
  createProgram: { staff: ["OPERATIONS"], service: "all" },
  updateProgram: { staff: ["OPERATIONS"], service: "all" },
  defineTiers: { staff: ["OPERATIONS"], service: "all" },
  /** Whom a program favours, and by how much, is its issuer's and the operator's business. */
  "Program.earningRules": {
    staff: ["MARKETER", "APPROVER", "FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "merchant:read" },
    service: "all",
  },
  "Program.usedBy": {
    staff: ["MARKETER", "APPROVER", "FINANCE", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "reports:read" },
    service: "all",
  },
  "Program.valuePerPoint": { staff: ["FINANCE", "AUDITOR"], service: "all" },

  // Members
  member: {
    staff: ["MARKETER", "FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  memberByIdentity: {
    staff: ["RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    service: "all",
  },
  members: {
    staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    service: "all",
  },
  /** Balances and levels say how much somebody is worth to the alliance, not who it is: finance and marketing need them. */
  "Member.accounts": {
    staff: ["MARKETER", "FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  "Member.tiers": {
    staff: ["MARKETER", "FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  /** Card and account numbers lead to a person by name; marketers and finance work without. */
  "Member.identities": {
    staff: ["RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  /** That marketers reach nobody without consent is seen to where they reach out, not by letting them read it. */
  "Member.consents": {
    staff: ["RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  enrollMember: {
    staff: ["SUPPORT", "OPERATIONS"],
    partner: { reach: "own", scope: "members:write" },
    service: "all",
  },
  updateMember: {
    staff: ["SUPPORT", "OPERATIONS"],
    partner: { reach: "own", scope: "members:write" },
    member: "own",
    service: "all",
  },
  /** Closing is final: no partner closes a member that others share. */
  "UpdateMemberInput.status": { staff: ["SUPPORT", "OPERATIONS"], member: "own", service: "all" },
  /** A partner changes the profiles of the members that it enrolled, not those that it merely shares. */
  "UpdateMemberInput.profile": {
    staff: ["SUPPORT", "OPERATIONS"],
    partner: { reach: "own", scope: "members:write" },
    member: "own",
    service: "all",
  },
  /** By this a member lets a partner in that does not know it yet, which then vouches for the number. */
  createLinkCode: { member: "own" },
  /**
   * Not by members: nobody would vouch that the number is one's own. A partner's own are here also members that show it a
   * code of theirs.
   */
  linkIdentity: { staff: ["SUPPORT"], partner: { reach: "own", scope: "members:write" }, service: "all" },
  unlinkIdentity: {
    staff: ["SUPPORT"],
    partner: { reach: "own", scope: "members:write" },
    member: "own",
    service: "all",
  },
  mergeMembers: { staff: ["SUPPORT"], service: "all" },
  recordConsent: {
    staff: ["SUPPORT"],
    partner: { reach: "own", scope: "members:write" },
    member: "own",
    service: "all",
  },
  setTags: { staff: ["MARKETER", "OPERATIONS"], partner: { reach: "own", scope: "tags:write" }, service: "all" },
  clearTags: { staff: ["MARKETER", "OPERATIONS"], partner: { reach: "own", scope: "tags:write" }, service: "all" },
  setTagsInBulk: { staff: ["MARKETER", "OPERATIONS"], partner: { reach: "own", scope: "tags:write" }, service: "all" },
  /** Name, mail, phone and birth date in clear; asked with a reason and written to the audit log. */
  unmaskProfile: { staff: ["SUPPORT", "RISK"], member: "own" },
  /** The masked profile: `M*** L**`, `m***@example.org`. */
  "Member.profile": {
    staff: ["RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },

  // Tags
  tagDefinition: { staff: everyStaffRole, partner: { reach: "own" }, service: "all" },
  tagDefinitions: { staff: everyStaffRole, partner: { reach: "own" }, service: "all" },
  createTagDefinition: {
    staff: ["MARKETER", "OPERATIONS"],
    partner: { reach: "own", scope: "tags:write" },
    service: "all",
  },
  updateTagDefinition: {
    staff: ["MARKETER", "OPERATIONS"],
    partner: { reach: "own", scope: "tags:write" },
    service: "all",
  },
  historyCounters: { staff: everyStaffRole, partner: { reach: "own" }, service: "all" },
  /** Counts all members' purchases and holds tills up meanwhile: nothing for partners to start. */
  declareHistoryCounter: { staff: ["MARKETER", "OPERATIONS"], service: "all" },
  "Member.tags": {
    staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  "MemberTag.sensitive": { staff: ["RISK", "AUDITOR"], member: "own", service: "all" },

  // Rules: who may read definitions of tags may write rules over them; where a rule stands, the thing's own rows say
  checkRule: { staff: everyStaffRole, partner: { reach: "own" }, service: "all" },
  ruleFacts: { staff: everyStaffRole, partner: { reach: "own" }, service: "all" },

  // Offers: the published ones are public to the signed-in, drafts belong to their merchant and to staff
  offer: everyoneSignedIn,
  offers: everyoneSignedIn,
  "Offer.unpublished": {
    staff: ["MARKETER", "APPROVER", "FINANCE", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:read" },
    service: "all",
  },
  draftOffer: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  editOffer: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  submitOffer: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  /** Approval is a person's act: no service may, and a partner's key does not count as a person. */
  approveOffer: { staff: ["APPROVER"] },
  rejectOffer: { staff: ["APPROVER"] },
  publishOffer: { staff: ["MARKETER", "APPROVER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  scheduleOffer: { staff: ["MARKETER", "APPROVER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  pauseOffer: {
    staff: ["MARKETER", "APPROVER", "RISK"],
    partner: { reach: "own", scope: "offers:write" },
    service: "all",
  },
  resumeOffer: { staff: ["MARKETER", "APPROVER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  endOffer: {
    staff: ["MARKETER", "APPROVER", "RISK"],
    partner: { reach: "own", scope: "offers:write" },
    service: "all",
  },
  returnOffer: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  deliverOffer: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  markOfferViewed: { partner: { reach: "own", scope: "offers:write" }, member: "own", service: "all" },
  activateOffer: { staff: ["SUPPORT"], member: "own", service: "all" },

  ...rightsPolicy,

  // Audiences: whom somebody means to reach is their owner's and the operator's business, also once it is published
  audience: {
    staff: ["MARKETER", "APPROVER", "FINANCE", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:read" },
    service: "all",
  },
  audiences: {
    staff: ["MARKETER", "APPROVER", "FINANCE", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:read" },
    service: "all",
  },
  /** How many a rule finds, never who; partners of their own members alone, with noise. */
  previewAudience: {
    staff: ["MARKETER", "APPROVER", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:write" },
    service: "all",
  },
  /**
   * Who is in it, one by one. A partner's own are here its published audiences alone, which the operator approved: by
   * previews of rules nobody else saw it could ask for a single member.
   */
  "Audience.members": {
    staff: ["MARKETER", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    service: "all",
  },
  draftAudience: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  editAudience: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  submitAudience: { staff: ["MARKETER"], partner: { reach: "own", scope: "offers:write" }, service: "all" },
  approveAudience: { staff: ["APPROVER"] },
  rejectAudience: { staff: ["APPROVER"] },
  publishAudience: {
    staff: ["MARKETER", "APPROVER"],
    partner: { reach: "own", scope: "offers:write" },
    service: "all",
  },
  endAudience: {
    staff: ["MARKETER", "APPROVER", "RISK"],
    partner: { reach: "own", scope: "offers:write" },
    service: "all",
  },
  /** Tells which of the numbers are members', so whoever may must be allowed to find members by them. */
  uploadAudienceList: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "members:read" }, service: "all" },

  // Simulations: what drafts would change, in counts of all members; each is told to its own caller alone
  simulation: { staff: ["MARKETER", "APPROVER", "RISK"], service: "all" },
  simulateRules: { staff: ["MARKETER", "APPROVER", "RISK"], service: "all" },
  cancelSimulation: { staff: ["MARKETER", "APPROVER", "RISK"], service: "all" },

  /** What reached a member, what it took up and bought; partners see what concerns their own merchants. */
  "Member.offerDeliveries": {
    staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  "Member.activations": {
    staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  "Member.purchases": {
    staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },

  // Matching: what a member gets in a moment. Partners are told of their own merchants' things alone
  "Member.matches": {
    staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:read" },
    member: "own",
    service: "all",
  },
  matchMembers: {
    staff: ["MARKETER", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:read" },
    service: "all",
  },
  explain: {
    staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:read" },
    member: "own",
    service: "all",
  },
  /** A rule of the caller's own making: who could ask any would guess what is withheld, so members ask of offers alone. */
  "ExplainedInput.rule": {
    staff: ["MARKETER", "RISK", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "offers:write" },
    service: "all",
  },
  /** Others' offers of next week are nobody's to look up. */
  "MomentInput.at": { staff: ["MARKETER", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"], service: "all" },

  ...entitlementPolicy,

  // Purchases
  recordPurchase: { partner: { reach: "own", scope: "purchases:write" }, service: "all" },

  // Proof of the ledger
  verifyLedger: { staff: ["FINANCE", "RISK", "AUDITOR"], service: "all" },
  /** Partners are proven what passed at their merchants and in their programs, by a receipt that names no member. */
  transferProof: {
    staff: ["FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  // The ledger. A partner's own are programs that it issues, and what happened at its merchants; of members its own
  "Member.transfers": {
    staff: ["FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  /** Who moved it: a person's name of the operator's staff is nobody else's business. */
  "Transfer.actor": { staff: ["FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"], service: "all" },
  /** All that happened to a member, for who looks after it; of it only the kinds that the caller sees elsewhere too. */
  "Member.timeline": { staff: ["RISK", "SUPPORT", "AUDITOR", "OPERATIONS"], service: "all" },
  "Account.lots": {
    staff: ["FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    member: "own",
    service: "all",
  },
  /** What all of it is worth to the issuers, so not for the member. */
  "Member.walletValue": { staff: ["FINANCE", "AUDITOR"], service: "all" },
  "Member.cash": {
    staff: ["FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    member: "own",
    service: "all",
  },
  grantPoints: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "points:write" }, service: "all" },
  confirmPoints: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "points:write" }, service: "all" },
  spendPoints: { partner: { reach: "own", scope: "points:write" }, service: "all" },
  holdPoints: { partner: { reach: "own", scope: "points:write" }, service: "all" },
  captureHold: { partner: { reach: "own", scope: "points:write" }, service: "all" },
  voidHold: { staff: ["SUPPORT"], partner: { reach: "own", scope: "points:write" }, service: "all" },
  reverseTransfer: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "points:write" }, service: "all" },
  convertPoints: { staff: ["OPERATIONS"], service: "all" },
  depositMoney: { staff: ["OPERATIONS"], service: "all" },
  withdrawMoney: { staff: ["OPERATIONS"], service: "all" },
  transferPoints: { member: "own", service: "all" },
  /** A correction takes two people: one asks, another approves. No service counts as a person. */
  adjustmentRequests: { staff: ["FINANCE", "RISK", "AUDITOR", "OPERATIONS"] },
  requestAdjustment: { staff: ["OPERATIONS", "FINANCE"] },
  approveAdjustment: { staff: ["FINANCE", "RISK"] },
  rejectAdjustment: { staff: ["FINANCE", "RISK"] },
  grantGoodwill: { staff: ["SUPPORT"] },
  undoGoodwill: { staff: ["SUPPORT"] },
  outletTotals: {
    staff: ["FINANCE", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "merchant:read" },
    service: "all",
  },

  // Audit, keys and actors
  auditLog: { staff: ["AUDITOR", "RISK"], service: "all" },
  apiKeys: { staff: ["RISK", "AUDITOR", "OPERATIONS"], partner: { reach: "own", scope: "keys:write" }, service: "all" },
  createApiKey: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "keys:write" }, service: "all" },
  rotateApiKey: { staff: ["OPERATIONS"], partner: { reach: "own", scope: "keys:write" }, service: "all" },
  revokeApiKey: { staff: ["OPERATIONS", "RISK"], partner: { reach: "own", scope: "keys:write" }, service: "all" },
  actors: { staff: ["RISK", "AUDITOR", "OPERATIONS"], service: "all" },
  registerActor: { staff: ["OPERATIONS"], service: "all" },
  disableActor: { staff: ["OPERATIONS", "RISK"], service: "all" },
} as const satisfies Record<string, PolicyRow>;

export type Action = keyof typeof policyTable;
