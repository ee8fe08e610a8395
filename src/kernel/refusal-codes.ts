/**
 * Every stable refusal code of the API with its meaning. The GraphQL enum `UserErrorCode` is made from this list, so a
 * code is added here first and never renamed once released.
 */
export const refusalCodes = {
  NOT_FOUND: "The thing named does not exist, or the caller may not see it; the two are not told apart.",
  FORBIDDEN: "The caller may see the thing but not do this with it.",
  INVALID_INPUT:
    "A value of the input has the wrong shape or range; the message names the value and what was expected.",
  ALREADY_EXISTS: "Another thing already uses this code, number or name.",
  VERSION_CONFLICT: "Somebody changed the thing since the caller read it; read it again and repeat.",
  WRONG_STATE:
    "The thing's lifecycle state does not allow this step; the message names the state and the allowed steps.",
  SECOND_PERSON_REQUIRED: "A version is approved by someone who never edited it; the caller did.",
  WINDOW_CLOSED: "The instant lies outside the window in which this is allowed.",
  MEMBER_CLOSED: "The member is closed; a member merged into another answers as that one.",
  IDENTITY_TAKEN: "The partner's number already belongs to another member.",
  IDENTITY_LIMIT: "The member already has an identity at this partner.",
  LINK_CODE_INVALID: "The code was not made by this alliance, or was altered.",
  LINK_CODE_EXPIRED: "The code is no longer good; the member makes another.",
  LAST_IDENTITY: "The last identity of a member cannot be unlinked.",
  SAME_MEMBER: "Two different members are needed.",
  UNKNOWN_TAG: "No tag definition has this code.",
  TAG_TYPE_MISMATCH: "The tag's value does not fit the type or the allowed choices of its definition.",
  TAG_NOT_WRITABLE: "The caller is not a source that may write this tag.",
  IN_USE: "Other things still refer to this one; the message names them.",
  CURRENCY_MISMATCH: "The amount's currency is not the one expected here.",
  IDEMPOTENCY_MISMATCH: "The idempotency key or source reference was used before with a different input.",
  CONSENT_REQUIRED: "The member has not consented to this purpose for this partner.",
  OFFER_NOT_AVAILABLE: "The offer is not published, or its window is closed.",
  NOT_ELIGIBLE:
    "The member does not meet the rule; the message names what it does not meet, as far as the caller may know.",
  INVALID_RULE: "The rule has the wrong shape; the message names the place, the value and what was expected.",
  RULE_TOO_LARGE: "The rule passes a cap on depth, nodes, lists or texts; the message names the cap.",
  RULE_TYPE_MISMATCH: "An operator or a value does not fit the fact's type or its choices.",
  UNKNOWN_FACT: "No fact of this name exists, or the caller may not ask for it; the two are not told apart.",
  UNKNOWN_AUDIENCE: "No audience of this code is saved, or the caller may not use it.",
  CONTEXT_REQUIRED: "The rule asks for something that only a request tells, such as a scene; the message names what.",
  INSUFFICIENT_POINTS: "The member has fewer points than that; the message tells both.",
  INSUFFICIENT_FUNDS: "The member has less money than that; the message tells both.",
  INSUFFICIENT_HOLD: "Less is held than that; the message tells both.",
  HOLD_CLOSED: "The hold was captured as a whole, given back, or its time is over.",
  NOT_REVERSIBLE: "A transfer of this kind cannot be reversed.",
  REVERSAL_EXCEEDS_ORIGINAL: "More than is left of the transfer to reverse; the message tells both.",
  AMOUNT_OVERFLOW: "The balance would be larger than any balance can be.",
  INEXACT_RATE: "The rate does not come to whole points for this amount.",
  CAP_REACHED: "A cap has no room for that; the message tells what it has room for.",
  TRANSFERS_NOT_ALLOWED: "The program lets no member send points to another.",
  ENTITLEMENT_NOT_USABLE:
    "The entitlement is not good at that instant: not yet, not any more, suspended, or not a thing to redeem; the " +
    "message names why and since or until when.",
  QUOTA_USED: "The entitlement's quota has fewer units left in that period; the message tells both.",
  OUT_OF_STOCK: "The units that all members share are used up in that period; the message tells how many are left.",
  MERCHANT_NOT_SERVING: "The benefit cannot be used at this merchant.",
  TOO_MANY_GUESTS: "More guests than the entitlement's terms allow; the message tells both.",
  CODE_INVALID: "The one-time code is not known, was used, or is not good at this place.",
  CODE_EXPIRED: "The one-time code is no longer good; the member makes another.",
  TOO_MANY: "More items than one call takes; the message names the limit.",
  TOO_MANY_RUNNING: "As many of these run as may at once; wait until one has ended, or cancel one.",
} as const;

export type RefusalCode = keyof typeof refusalCodes;
