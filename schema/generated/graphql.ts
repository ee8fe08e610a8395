/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What sort of caller somebody is. */
export type ActorKind =
  /** A member, or the app that acts for it. */
  | 'MEMBER'
  /** A partner's user or API key. */
  | 'PARTNER'
  /** A process of the operator. */
  | 'SERVICE'
  /** A person of the operator's staff. */
  | 'STAFF';

/** A version to agree with. */
export type ApproveOfferInput = {
  /** Id of the offer. */
  offerId: string | number;
  /** Why, for the audit log. */
  reason?: string | null | undefined;
  /** The revision of the version that the step was decided on. */
  revision: number;
  /** Number of the version. */
  version: number;
};

/** What is previewed: exactly one field. */
export type AudiencePreviewSource =
  {   /** Code of a saved audience: its published version, else its newest. */
  audience: string; rule?: never; text?: never; }
  |  { audience?: never;   /** A rule as a tree. */
  rule: RuleInput; text?: never; }
  |  { audience?: never; rule?: never;   /** A rule as text. */
  text: string; };

/** Why value moved. */
export type CauseKind =
  /** Two people corrected a balance. */
  | 'ADJUSTMENT'
  /** A benefit gave or took it. */
  | 'BENEFIT'
  /** A campaign gave it. */
  | 'CAMPAIGN'
  /** It was spent at a checkout. */
  | 'CHECKOUT'
  /** It was donated. */
  | 'DONATION'
  /** Points were exchanged. */
  | 'EXCHANGE'
  /** It lapsed. */
  | 'EXPIRY'
  /** Support gave it. */
  | 'GOODWILL'
  /** An import brought it. */
  | 'IMPORT'
  /** Somebody did it by hand. */
  | 'MANUAL'
  /** A member sent it to another. */
  | 'MEMBER_TRANSFER'
  /** A member was merged into another. */
  | 'MERGE'
  /** An offer was completed. */
  | 'OFFER'
  /** The member brought it when the program joined. */
  | 'OPENING'
  /** A purchase earned it. */
  | 'PURCHASE'
  /** A purchase was refunded. */
  | 'PURCHASE_REFUND'
  /** A reward was redeemed. */
  | 'REWARD';

/** What a member can permit a partner to do with its data. */
export type ConsentPurpose =
  /** Be counted in reports, never by name. */
  | 'ANALYTICS'
  /** Have data passed on to the partner. */
  | 'DATA_SHARING'
  /** Be addressed with offers. */
  | 'MARKETING'
  /** Be sorted into audiences by its tags and history. */
  | 'PROFILING';

/** A version of an offer to start as a draft. */
export type DraftOfferInput = {
  /** What it says. */
  content: OfferContentInput;
  /** Why, for the audit log. */
  reason?: string | null | undefined;
  /** Of which offer. */
  target: DraftOfferTarget;
};

/** What is drafted: a new offer, or the next version of one. */
export type DraftOfferTarget =
  {   /** A new offer. */
  newOffer: NewOfferInput; offerId?: never; }
  |  { newOffer?: never;   /** Id of the offer that gets a next version. */
  offerId: string | number; };

/** A person that a partner brings. */
export type EnrollMemberInput = {
  /** When the member joined the partner; absent: now. */
  joinedAt?: string | null | undefined;
  /** The language to address the member in: `en` or `zh-CN`. */
  locale: string;
  /** The partner's number for the person, 1 to 64 characters; case counts. */
  number: string;
  /** Id of the partner. */
  partnerId: string | number;
  /** Who the member is, as far as known. */
  profile?: ProfileInput | null | undefined;
};

/** What makes earned points lapse. */
export type ExpiryKind =
  /** The end of one day, whenever they were earned. */
  | 'FIXED_DATE'
  /** A number of months without any movement on the account. */
  | 'INACTIVITY'
  /** A number of months after they were earned. */
  | 'MONTHS_AFTER_EARNING'
  /** Nothing. */
  | 'NEVER';

/** To the end of which period, in the program's time zone, an expiry is put off. */
export type ExpiryRounding =
  /** The end of the day. */
  | 'DAY'
  /** The end of the month. */
  | 'MONTH'
  /** The end of the quarter. */
  | 'QUARTER'
  /** The end of the year. */
  | 'YEAR';

/** What values a fact has, and so which operators ask it. */
export type FactType =
  /** True or false: `equals`, `has`. */
  | 'BOOLEAN'
  /** A calendar day: `dateBetween`, `withinLast`, `notWithinLast`, `equals`, `has`. */
  | 'DATE'
  /** One choice: `equals`, `oneOf`, `has`. */
  | 'ENUM'
  /** A point in time: `dateBetween`, `has`. */
  | 'INSTANT'
  /** A number: `between`, `equals`, `has`. */
  | 'NUMBER'
  /** Several choices: `contains`, `has`. */
  | 'SET';

/** A partner's own number for a member. */
export type IdentityNumberInput = {
  /** The number; case counts. */
  number: string;
  /** Id of the partner. Partners name their own. */
  partnerId: string | number;
};

/** Where value rests inside the ledger. */
export type LedgerBucket =
  /** Corrections. */
  | 'ADJUSTMENT'
  /** The member's points that can be spent. */
  | 'AVAILABLE'
  /** Points that lapsed unused. */
  | 'BREAKAGE'
  /** The member's money. */
  | 'CASH'
  /** Between the two legs of an exchange. */
  | 'EXCHANGE_CLEARING'
  /** Outside of the alliance. */
  | 'EXTERNAL_CLEARING'
  /** The member's points that are set aside. */
  | 'HELD'
  /** What issuers owe for points that are out. */
  | 'ISSUER_LIABILITY'
  /** What is owed to the merchant. */
  | 'MERCHANT_PAYABLE'
  /** What the operator keeps. */
  | 'OPERATOR_INCOME'
  /** The member's points that wait. */
  | 'PENDING'
  /** Between two members. */
  | 'TRANSFER_CLEARING';

/** One text in the languages it is offered in; at least one of them. */
export type LocalisedTextInput = {
  /** English. */
  en?: string | null | undefined;
  /** Simplified Chinese as written in China (`zh-CN`). */
  zhCN?: string | null | undefined;
};

/** What must be so besides an offer's rule. */
export type MatchGate =
  /** The member consents to MARKETING by the merchant's partner. Without it nobody reaches out with the offer; the member itself is shown it all the same. */
  | 'CONSENT'
  /** The member is active. */
  | 'MEMBER_ACTIVE'
  /** The merchant is active, and not suspended. */
  | 'MERCHANT_ACTIVE'
  /** The offer is published: no draft, not paused, not ended. */
  | 'PUBLISHED'
  /** The offer's window holds the moment. */
  | 'WINDOW';

/** Where a member stands. */
export type MemberStatus =
  /** Takes part. */
  | 'ACTIVE'
  /** Takes part no more; final. */
  | 'CLOSED'
  /** Answers as the member it was merged into; never shown as a member of its own. */
  | 'MERGED';

/** A moment as rules ask about it. What is not given is not known. */
export type MomentInput = {
  /** What is or would be paid. */
  amount?: MoneyInput | null | undefined;
  /** Another instant than now, UTC or with offset, at most 400 days away: what would match then, by what is known of the member now. For staff and services alone. */
  at?: string | null | undefined;
  /** Code of the category; that of the merchant where it is not given. */
  category?: string | null | undefined;
  /** By which way is or would be bought. */
  channel?: PurchaseChannel | null | undefined;
  /** City, as rules name it. */
  city?: string | null | undefined;
  /** Code of the merchant. */
  merchant?: string | null | undefined;
  /** Code of the outlet, within the merchant. */
  outlet?: string | null | undefined;
  /** What sort of situation it is. */
  scene?: Scene | null | undefined;
};

/** An exact amount of money. */
export type MoneyInput = {
  /** Minor units (cents, fen) of the currency. */
  amountMinor: string;
  /** ISO 4217 code: `CNY`. */
  currency: string;
};

/** What would have to be otherwise. */
export type NearMissKind =
  /** `distance` more of the `of` conditions below would have to be as they should; `met` are. */
  | 'CONDITIONS'
  /** The member would have to be in `audience`. */
  | 'JOIN'
  /** There would have to be a value. */
  | 'KNOWN'
  /** The member must not be in `audience`. */
  | 'LEAVE'
  /** The number, day or instant by `distance` less, or earlier. */
  | 'LOWER'
  /** It would have to be, or a set to hold, none of `choices`. */
  | 'NONE_OF'
  /** It would have to be, or a set to hold, one of `choices`. */
  | 'ONE_OF'
  /** The number, day or instant by `distance` more, or later. */
  | 'RAISE'
  /** There must be no value. */
  | 'UNKNOWN';

/** What a distance is counted in. */
export type NearMissMeasure =
  /** Calendar days. */
  | 'DAYS'
  /** Milliseconds. */
  | 'MILLISECONDS'
  /** The fact's own unit. */
  | 'NUMBER';

/** An offer that is not there yet. */
export type NewOfferInput = {
  /** 2 to 63 lower-case letters, digits and hyphens; never changes. */
  code: string;
  /** Id of the merchant. */
  merchantId: string | number;
};

/** By which way an offer reaches a member. */
export type OfferChannel =
  /** Mail. */
  | 'EMAIL'
  /** The app of the member's phone, or a text message. */
  | 'MOBILE'
  /** A social network. */
  | 'SOCIAL'
  /** A web site. */
  | 'WEB';

/** What a version of an offer says. */
export type OfferContentInput = {
  /** Codes of the tags its audience is described by, at most 50. */
  audienceTags?: Array<string>;
  /** By which ways it is meant to reach members, at least one. */
  channels: Array<OfferChannel>;
  /** Until when, exclusive; null: no end. */
  endsAt?: string | null | undefined;
  /** Picture per language, http or https. */
  imageUrl?: LocalisedTextInput | null | undefined;
  /** What completes it. */
  kind: OfferKind;
  /** What must be bought: more than zero; zero for INFORMATIONAL. */
  mark: MoneyInput;
  /** Name, at most 200 characters. */
  name: LocalisedTextInput;
  /** Where it stands among what a member is shown, 0 to 1000; higher comes first. */
  priority?: number;
  /** What the member gets, in the currency of the mark; zero for INFORMATIONAL. */
  reward: MoneyInput;
  /** Who may have it, and in which moments; absent: everybody, or where the offer has a rule that the caller may not see (`isRuleHidden`), that one still. `checkRule` says beforehand what would be refused. */
  rule?: RuleInput | null | undefined;
  /** The same in the text form, instead of `rule`. */
  ruleText?: string | null | undefined;
  /** From when it may be delivered and activated. */
  startsAt: string;
  /** Terms, at most 20,000 characters. */
  termsText: LocalisedTextInput;
  /** For how many hours after its delivery it can be completed, 1 to 8760. */
  validHours: number;
};

/** Where a delivery stands. */
export type OfferDeliveryState =
  /** Was completed; stays so. */
  | 'COMPLETED'
  /** Its hours are over, and it was not completed. */
  | 'LAPSED'
  /** Can still be completed. */
  | 'OPEN';

/** What completes an offer. */
export type OfferKind =
  /** Purchases since delivery that add up to the mark. */
  | 'CUMULATIVE_SPEND'
  /** Nothing: it tells something. */
  | 'INFORMATIONAL'
  /** One purchase of at least the mark. */
  | 'SINGLE_PURCHASE';

/** What sort of place an outlet is. */
export type OutletKind =
  /** A place on the web. */
  | 'ONLINE'
  /** A place in a city. */
  | 'PHYSICAL';

/** What a partner's user or key may do, for its own partner. */
export type PartnerScope =
  /** List, create, rotate and revoke its API keys. */
  | 'KEYS_WRITE'
  /** Read the members that have an identity at it. */
  | 'MEMBERS_READ'
  /** Enroll and change members, link their identities, record their consent. */
  | 'MEMBERS_WRITE'
  /** Read what is internal to its merchants. */
  | 'MERCHANT_READ'
  /** Change its merchants and outlets. */
  | 'MERCHANT_WRITE'
  /** Read its offers that are not published. */
  | 'OFFERS_READ'
  /** Draft, publish, pause, end and deliver its offers. */
  | 'OFFERS_WRITE'
  /** Grant points of its programs; spend, hold and reverse points at its merchants. */
  | 'POINTS_WRITE'
  /** Record purchases at its merchants. */
  | 'PURCHASES_WRITE'
  /** Read figures over its members. */
  | 'REPORTS_READ'
  /** Define its tags and set them on members. */
  | 'TAGS_WRITE';

/** A live version to stop. */
export type PauseOfferInput = {
  /** Id of the offer. */
  offerId: string | number;
  /** Why, for the audit log. */
  reason?: string | null | undefined;
  /** The revision of the version that the step was decided on. */
  revision: number;
  /** Number of the version. */
  version: number;
};

/** What points were given for. */
export type PointsKind =
  /** For spending. */
  | 'BASE'
  /** On top of that. */
  | 'BONUS';

/** Who the member is. What is absent stays as it is, null takes it away. */
export type ProfileInput = {
  /** Birth date, since 1900. */
  birthDate?: string | null | undefined;
  /** Name as the member wishes to be addressed, at most 200 characters. */
  displayName?: string | null | undefined;
  /** Mail address; kept in lower case. */
  email?: string | null | undefined;
  /** Phone in international form, `+86 138 0013 8000`; spaces, dots, hyphens and brackets are dropped. */
  phone?: string | null | undefined;
};

/** An approved version to make live. */
export type PublishOfferInput = {
  /** Id of the offer. */
  offerId: string | number;
  /** Why, for the audit log. */
  reason?: string | null | undefined;
  /** The revision of the version that the step was decided on. */
  revision: number;
  /** Number of the version. */
  version: number;
};

/** By which way was bought. */
export type PurchaseChannel =
  /** In an app. */
  | 'APP'
  /** At an outlet. */
  | 'IN_STORE'
  /** On a web site. */
  | 'ONLINE'
  /** By phone. */
  | 'PHONE';

/** Something that a line of a purchase says of itself. */
export type PurchaseLineAttributeInput = {
  /** 1 to 63 lower-case letters, digits and _: `fare`. */
  name: string;
  /** 1 to 100 characters: `full`. */
  value: string;
};

/** One line of a purchase. */
export type PurchaseLineInput = {
  /** What it cost, in minor units of the purchase's currency. */
  amountMinor: string;
  /** What it says of itself, at most 20. */
  attributes?: Array<PurchaseLineAttributeInput>;
  /** The merchant's own name of it, unique in the purchase. */
  line: string;
};

/** Who bought. */
export type PurchasingMember =
  {   /** Id of the member. */
  id: string | number; identity?: never; }
  |  { id?: never;   /** A partner's number for the member. */
  identity: IdentityNumberInput; };

/** A purchase to record. */
export type RecordPurchaseInput = {
  /** What was paid, zero or more. */
  amount: MoneyInput;
  /** By which way. */
  channel: PurchaseChannel;
  /** Its lines, at most 500, which add up to the amount; empty where the merchant tells none. */
  lines?: Array<PurchaseLineInput>;
  /** Who bought. */
  member: PurchasingMember;
  /** Id of the merchant. */
  merchantId: string | number;
  /** When it happened; not in the future. */
  occurredAt: string;
  /** Id of the outlet, one of the merchant's. */
  outletId?: string | number | null | undefined;
  /** How many items, 1 or more. */
  quantity?: number | null | undefined;
  /** The merchant's own reference, 1 to 200 characters, unique within merchant and member: the same again answers the first result, with another content it is refused. */
  sourceReference: string;
};

/** How a fraction of a point is rounded, once a purchase. */
export type Rounding =
  /** Towards zero: 6.4 becomes 6, and so does 6.9. */
  | 'DOWN'
  /** To the nearest; a half goes to the even neighbour. */
  | 'HALF_EVEN'
  /** To the nearest; a half goes away from zero. */
  | 'HALF_UP'
  /** Away from zero: 6.1 becomes 7. */
  | 'UP';

/** A saved audience. */
export type RuleAudienceInput = {
  /** Its code. */
  code: string;
};

/** A NUMBER and the ends it lies between; one may be absent, and each is given one way. */
export type RuleBetweenInput = {
  /** What the number must be greater than. */
  above?: number | null | undefined;
  /** The smallest number that is enough. */
  atLeast?: number | null | undefined;
  /** The largest number that is allowed. */
  atMost?: number | null | undefined;
  /** What the number must be smaller than. */
  below?: number | null | undefined;
  /** Name of a NUMBER. */
  fact: string;
};

/** A fact and choices of which one is enough. */
export type RuleChoicesInput = {
  /** At least one, in any order. */
  choices: Array<string>;
  /** Name of an ENUM for `oneOf`, of a SET for `contains`. */
  fact: string;
};

/** A DATE or INSTANT and the ends it lies between; one may be absent. */
export type RuleDateBetweenInput = {
  /** Name of a DATE or INSTANT. */
  fact: string;
  /** The first day (`2026-06-01`), or the first instant (`2026-06-01T00:00:00+08:00`). */
  from?: string | null | undefined;
  /** The last day, which still counts; of an INSTANT the first one that does not count any more. */
  to?: string | null | undefined;
};

/** A DATE and a number of days before the day of the moment. */
export type RuleDaysInput = {
  /** Days; 0 is today. */
  days: number;
  /** Name of a DATE. */
  fact: string;
};

/** A fact and the one value it must have. */
export type RuleEqualsInput = {
  /** Name of a BOOLEAN, ENUM, NUMBER or DATE. */
  fact: string;
  /** The value. */
  value: RuleValueInput;
};

/** A fact that has to be known. */
export type RuleHasInput = {
  /** Name of the fact: `car_owner`, `member.age`. */
  fact: string;
};

/** A rule as a tree: exactly one field. A leaf on a fact that is not known is false, and its `not` is true. What `Rule.tree` answers can be given back as it is. */
export type RuleInput =
  {   /** Every one of them holds; at least one. */
  all: Array<RuleInput>; any?: never; audience?: never; between?: never; contains?: never; dateBetween?: never; equals?: never; has?: never; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never;   /** At least one of them holds. */
  any: Array<RuleInput>; audience?: never; between?: never; contains?: never; dateBetween?: never; equals?: never; has?: never; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never;   /** The member belongs to the saved audience. */
  audience: RuleAudienceInput; between?: never; contains?: never; dateBetween?: never; equals?: never; has?: never; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never;   /** The NUMBER lies between the ends. */
  between: RuleBetweenInput; contains?: never; dateBetween?: never; equals?: never; has?: never; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never;   /** The SET holds at least one of these choices. */
  contains: RuleChoicesInput; dateBetween?: never; equals?: never; has?: never; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never; contains?: never;   /** The DATE or INSTANT lies between the ends. */
  dateBetween: RuleDateBetweenInput; equals?: never; has?: never; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never; contains?: never; dateBetween?: never;   /** The fact has this value. */
  equals: RuleEqualsInput; has?: never; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never; contains?: never; dateBetween?: never; equals?: never;   /** The fact is known, whatever its value. */
  has: RuleHasInput; not?: never; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never; contains?: never; dateBetween?: never; equals?: never; has?: never;   /** It does not hold. */
  not: RuleInput; notWithinLast?: never; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never; contains?: never; dateBetween?: never; equals?: never; has?: never; not?: never;   /** The DATE is known and more than so many days ago; of an unknown one `not withinLast` holds, this does not. */
  notWithinLast: RuleDaysInput; oneOf?: never; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never; contains?: never; dateBetween?: never; equals?: never; has?: never; not?: never; notWithinLast?: never;   /** The ENUM is one of these choices. */
  oneOf: RuleChoicesInput; withinLast?: never; }
  |  { all?: never; any?: never; audience?: never; between?: never; contains?: never; dateBetween?: never; equals?: never; has?: never; not?: never; notWithinLast?: never; oneOf?: never;   /** The DATE is today or at most so many days ago. */
  withinLast: RuleDaysInput; };

/** What a node of a rule asks. */
export type RuleOperator =
  /** Every one of its parts holds. */
  | 'all'
  /** At least one of its parts holds. */
  | 'any'
  /** The member belongs to the saved audience. */
  | 'audience'
  /** The NUMBER lies between the ends. */
  | 'between'
  /** The SET holds at least one of the choices. */
  | 'contains'
  /** The DATE or INSTANT lies between the ends. */
  | 'dateBetween'
  /** The fact has the value. */
  | 'equals'
  /** The fact is known, whatever its value. */
  | 'has'
  /** Its part does not hold. */
  | 'not'
  /** The DATE is known and more than so many days ago. */
  | 'notWithinLast'
  /** The ENUM is one of the choices. */
  | 'oneOf'
  /** The DATE is today or at most so many days ago. */
  | 'withinLast';

/** What a fact is compared with: exactly one field. */
export type RuleValueInput =
  {   /** For a BOOLEAN. */
  boolean: boolean; number?: never; text?: never; }
  |  { boolean?: never;   /** For a NUMBER, in the fact's unit. */
  number: number; text?: never; }
  |  { boolean?: never; number?: never;   /** For an ENUM one of its choices, for a DATE a calendar day: `2026-06-01`. */
  text: string; };

/** What a rule may not be meant to be like. Stable. */
export type RuleWarningCode =
  /** `has` is asked of what every member, or every moment, has: it always holds. */
  | 'ALWAYS_KNOWN'
  /** `has` is asked of a BOOLEAN, and so holds where it is false as well. */
  | 'HAS_BOOLEAN'
  /** Conditions that must hold together cannot: a fact would have to be two things at once. Nobody meets it. */
  | 'NEVER_HOLDS'
  /** None of its conditions narrows down who is looked at, so that every request of a member checks it. A few such rules are no harm; thousands make matching slow. */
  | 'NOT_NARROWED'
  /** It asks for a merchant, an outlet, a category or a currency by a code that nothing has: mistyped, or not there yet. */
  | 'UNKNOWN_CODE';

/** What sort of situation a request comes from. */
export type Scene =
  /** At an airport. */
  | 'airport'
  /** About the car: washing, parking, repair. */
  | 'car'
  /** In a restaurant or café. */
  | 'dining'
  /** At the cinema, a concert, a game. */
  | 'entertainment'
  /** At a filling station. */
  | 'fuel'
  /** Buying groceries. */
  | 'grocery'
  /** In a pharmacy or at a doctor's. */
  | 'health'
  /** In a hotel. */
  | 'hotel'
  /** About an insurance. */
  | 'insurance'
  /** In an app or on a web site. */
  | 'online'
  /** None of these. */
  | 'other'
  /** Shopping. */
  | 'shopping'
  /** Doing sports. */
  | 'sport'
  /** On a journey, or planning one. */
  | 'travel';

/** Whether a merchant or outlet sells. */
export type SellingStatus =
  /** Sells. */
  | 'ACTIVE'
  /** Sells no more; final. */
  | 'CLOSED'
  /** Does not sell for now. */
  | 'SUSPENDED';

/** How carefully a tag is shown. */
export type Sensitivity =
  /** Of the partners only its source sees it. */
  | 'INTERNAL'
  /** As INTERNAL, and it says something about the person. */
  | 'PERSONAL'
  /** Every partner of a member sees it. */
  | 'PUBLIC'
  /** Withheld from everyone but the member, risk and audit; its source writes it without reading it. */
  | 'SENSITIVE';

/** What a person of the operator's staff does. */
export type StaffRole =
  /** Approves what somebody else drafted. */
  | 'APPROVER'
  /** Reads everything, changes nothing. */
  | 'AUDITOR'
  /** Sees values, liability and settlement. */
  | 'FINANCE'
  /** Defines tags, drafts offers and rights, runs campaigns. */
  | 'MARKETER'
  /** Runs partners, merchants, programs, actors and keys. */
  | 'OPERATIONS'
  /** Stops what goes wrong; reads the audit log. */
  | 'RISK'
  /** Helps members: identities, profiles, merging. */
  | 'SUPPORT';

/** A draft to hand in for approval. */
export type SubmitOfferInput = {
  /** Id of the offer. */
  offerId: string | number;
  /** Why, for the audit log. */
  reason?: string | null | undefined;
  /** The revision of the version that the step was decided on. */
  revision: number;
  /** Number of the version. */
  version: number;
};

/** What values a tag has. */
export type TagType =
  /** True or false. */
  | 'BOOLEAN'
  /** A calendar day without zone. */
  | 'DATE'
  /** One of the definition's choices. */
  | 'ENUM'
  /** A decimal number of at most 15 digits, in the definition's unit. */
  | 'NUMBER'
  /** Any of the definition's choices, also none. */
  | 'SET';

/** What counts towards a tier. */
export type TierBasis =
  /** Points earned in the period. */
  | 'POINTS_EARNED'
  /** Money spent in the period, in minor units of the program's currency. */
  | 'SPEND';

/** What of a member's timeline; what is absent does not restrict. */
export type TimelineFilterInput = {
  /** Before this instant. */
  before?: string | null | undefined;
  /** At this instant or later. */
  from?: string | null | undefined;
  /** One of these kinds. */
  kinds?: Array<TimelineKind> | null | undefined;
};

/** What happened to a member. */
export type TimelineKind =
  /** Somebody changed something: tags, consents, identities, the profile, activations, goodwill, a merge. `change` is set. */
  | 'CHANGE'
  /** An offer reached the member; what became of it stands there. `delivery` is set. */
  | 'OFFER'
  /** The member bought something, at the instant at which it happened. `purchase` is set. */
  | 'PURCHASE'
  /** Value moved: goodwill, adjustments and merged points among it. `transfer` is set. */
  | 'TRANSFER';

/** What a transfer did. */
export type TransferKind =
  /** Corrected a balance, approved by a second person. */
  | 'ADJUST'
  /** Took points that were set aside. */
  | 'CAPTURE'
  /** Exchanged points of one program for points of another. */
  | 'CONVERT'
  /** Brought money in. */
  | 'DEPOSIT'
  /** Gave points. */
  | 'EARN'
  /** Let points lapse. */
  | 'EXPIRE'
  /** Set points aside. */
  | 'HOLD'
  /** Made pending points available. */
  | 'RELEASE'
  /** Took an earlier transfer back, whole or in part. */
  | 'REVERSE'
  /** Took points. */
  | 'SPEND'
  /** Received points from another member. */
  | 'TRANSFER_IN'
  /** Sent points to another member. */
  | 'TRANSFER_OUT'
  /** Gave points back that were set aside. */
  | 'VOID'
  /** Took money out. */
  | 'WITHDRAW';

/** Why a mutation was refused. Stable. */
export type UserErrorCode =
  /** Another thing already uses this code, number or name. */
  | 'ALREADY_EXISTS'
  /** The balance would be larger than any balance can be. */
  | 'AMOUNT_OVERFLOW'
  /** A cap has no room for that; the message tells what it has room for. */
  | 'CAP_REACHED'
  /** The one-time code is no longer good; the member makes another. */
  | 'CODE_EXPIRED'
  /** The one-time code is not known, was used, or is not good at this place. */
  | 'CODE_INVALID'
  /** The member has not consented to this purpose for this partner. */
  | 'CONSENT_REQUIRED'
  /** The rule asks for something that only a request tells, such as a scene; the message names what. */
  | 'CONTEXT_REQUIRED'
  /** The amount's currency is not the one expected here. */
  | 'CURRENCY_MISMATCH'
  /** The entitlement is not good at that instant: not yet, not any more, suspended, or not a thing to redeem; the message names why and since or until when. */
  | 'ENTITLEMENT_NOT_USABLE'
  /** The caller may see the thing but not do this with it. */
  | 'FORBIDDEN'
  /** The hold was captured as a whole, given back, or its time is over. */
  | 'HOLD_CLOSED'
  /** The idempotency key or source reference was used before with a different input. */
  | 'IDEMPOTENCY_MISMATCH'
  /** The member already has an identity at this partner. */
  | 'IDENTITY_LIMIT'
  /** The partner's number already belongs to another member. */
  | 'IDENTITY_TAKEN'
  /** The rate does not come to whole points for this amount. */
  | 'INEXACT_RATE'
  /** The member has less money than that; the message tells both. */
  | 'INSUFFICIENT_FUNDS'
  /** Less is held than that; the message tells both. */
  | 'INSUFFICIENT_HOLD'
  /** The member has fewer points than that; the message tells both. */
  | 'INSUFFICIENT_POINTS'
  /** A value of the input has the wrong shape or range; the message names the value and what was expected. */
  | 'INVALID_INPUT'
  /** The rule has the wrong shape; the message names the place, the value and what was expected. */
  | 'INVALID_RULE'
  /** Other things still refer to this one; the message names them. */
  | 'IN_USE'
  /** The last identity of a member cannot be unlinked. */
  | 'LAST_IDENTITY'
  /** The code is no longer good; the member makes another. */
  | 'LINK_CODE_EXPIRED'
  /** The code was not made by this alliance, or was altered. */
  | 'LINK_CODE_INVALID'
  /** The member is closed; a member merged into another answers as that one. */
  | 'MEMBER_CLOSED'
  /** The benefit cannot be used at this merchant. */
  | 'MERCHANT_NOT_SERVING'
  /** The member does not meet the rule; the message names what it does not meet, as far as the caller may know. */
  | 'NOT_ELIGIBLE'
  /** The thing named does not exist, or the caller may not see it; the two are not told apart. */
  | 'NOT_FOUND'
  /** A transfer of this kind cannot be reversed. */
  | 'NOT_REVERSIBLE'
  /** The offer is not published, or its window is closed. */
  | 'OFFER_NOT_AVAILABLE'
  /** The units that all members share are used up in that period; the message tells how many are left. */
  | 'OUT_OF_STOCK'
  /** The entitlement's quota has fewer units left in that period; the message tells both. */
  | 'QUOTA_USED'
  /** More than is left of the transfer to reverse; the message tells both. */
  | 'REVERSAL_EXCEEDS_ORIGINAL'
  /** The rule passes a cap on depth, nodes, lists or texts; the message names the cap. */
  | 'RULE_TOO_LARGE'
  /** An operator or a value does not fit the fact's type or its choices. */
  | 'RULE_TYPE_MISMATCH'
  /** Two different members are needed. */
  | 'SAME_MEMBER'
  /** A version is approved by someone who never edited it; the caller did. */
  | 'SECOND_PERSON_REQUIRED'
  /** The caller is not a source that may write this tag. */
  | 'TAG_NOT_WRITABLE'
  /** The tag's value does not fit the type or the allowed choices of its definition. */
  | 'TAG_TYPE_MISMATCH'
  /** More items than one call takes; the message names the limit. */
  | 'TOO_MANY'
  /** More guests than the entitlement's terms allow; the message tells both. */
  | 'TOO_MANY_GUESTS'
  /** As many of these run as may at once; wait until one has ended, or cancel one. */
  | 'TOO_MANY_RUNNING'
  /** The program lets no member send points to another. */
  | 'TRANSFERS_NOT_ALLOWED'
  /** No audience of this code is saved, or the caller may not use it. */
  | 'UNKNOWN_AUDIENCE'
  /** No fact of this name exists, or the caller may not ask for it; the two are not told apart. */
  | 'UNKNOWN_FACT'
  /** No tag definition has this code. */
  | 'UNKNOWN_TAG'
  /** Somebody changed the thing since the caller read it; read it again and repeat. */
  | 'VERSION_CONFLICT'
  /** The instant lies outside the window in which this is allowed. */
  | 'WINDOW_CLOSED'
  /** The thing's lifecycle state does not allow this step; the message names the state and the allowed steps. */
  | 'WRONG_STATE';

/** Where a version stands in its lifecycle. */
export type VersionState =
  /** A second person agreed; can be published or scheduled. */
  | 'APPROVED'
  /** Being written. Only in this state can it be edited. */
  | 'DRAFT'
  /** Over for good: ended, replaced by a later version, or put away before it was published. */
  | 'ENDED'
  /** Live, but stopped until it is resumed. */
  | 'PAUSED'
  /** Live. Its content never changes again. */
  | 'PUBLISHED'
  /** Handed in; waits for a second person, who never edited it. */
  | 'REVIEW'
  /** Goes live by itself at `publishAt`. */
  | 'SCHEDULED';

export type ApproveOfferMutationVariables = Exact<{
  input: ApproveOfferInput;
}>;


export type ApproveOfferMutation = { approveOffer: { offer: { id: string, state: VersionState } | null, version: { version: number, revision: number, state: VersionState } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }> } };

export type AuditTrailQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
}>;


export type AuditTrailQuery = { auditLog: { nodes: Array<{ recordedAt: string, actorKind: string, actorId: string, action: string, resource: string, before: string | null, after: string | null, reason: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CheckRuleQueryVariables = Exact<{
  text: string;
  search?: string | null | undefined;
}>;


export type CheckRuleQuery = { checkRule: { rule: { text: string } | null, refusals: Array<{ code: UserErrorCode, message: string, line: number | null, column: number | null }>, warnings: Array<{ code: RuleWarningCode, message: string }> } | null, ruleFacts: { nodes: Array<{ name: string, title: string, type: FactType, choices: Array<string> | null, unit: string | null }> } };

export type DraftOfferMutationVariables = Exact<{
  input: DraftOfferInput;
}>;


export type DraftOfferMutation = { draftOffer: { offer: { id: string, code: string } | null, version: { version: number, revision: number, state: VersionState } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }> } };

export type EnrollMemberMutationVariables = Exact<{
  input: EnrollMemberInput;
}>;


export type EnrollMemberMutation = { enrollMember: { member: { id: string, status: MemberStatus, identities: Array<{ number: string }> | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }> } };

export type ExplainOfferQueryVariables = Exact<{
  memberId: string | number;
  offerId: string | number;
  moment?: MomentInput | null | undefined;
}>;


export type ExplainOfferQuery = { explain: { matches: boolean, summary: string, at: string, rule: { text: string } | null, gates: Array<{ kind: MatchGate, holds: boolean, nearMiss: { text: string } | null }>, conditions: Array<{ path: Array<string>, operator: RuleOperator, holds: boolean | null, isWished: boolean, decides: boolean, isWithheld: boolean, text: string | null, value: { boolean: boolean | null, number: number | null, text: string | null, set: Array<string> | null } | null, nearMiss: { kind: NearMissKind, distance: number | null, measure: NearMissMeasure | null, unit: string | null, text: string } | null }> } | null };

export type MemberFileQueryVariables = Exact<{
  partnerCode?: string;
  number?: string;
}>;


export type MemberFileQuery = { memberByIdentity: { id: string, status: MemberStatus, joinedAt: string | null, profile: { displayName: string | null, email: string | null, phone: string | null } | null, identities: Array<{ number: string, partner: { name: string } | null }> | null, consents: Array<{ purpose: ConsentPurpose, granted: boolean, partner: { name: string } | null }> | null, tags: Array<{ code: string, name: string, value: { boolean: boolean | null, choice: string | null, number: number | null, date: string | null, set: Array<string> | null } }> | null, accounts: Array<{ available: string, held: string, pending: string, program: { name: string, unitName: string } | null }> | null, offerDeliveries: { nodes: Array<{ state: OfferDeliveryState, deliveredAt: string, lapsesAt: string, progress: { completedAt: string | null } | null, offer: { name: string } | null }> } | null, purchases: { nodes: Array<{ occurredAt: string, amount: { amountMinor: string, currency: string }, merchant: { name: string } | null }> } | null } | null };

export type MemberListQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  search?: string | null | undefined;
}>;


export type MemberListQuery = { members: { nodes: Array<{ id: string, status: MemberStatus, joinedAt: string | null, accounts: Array<{ available: string, program: { code: string, name: string } | null }> | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MemberMatchesQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  scene?: Scene | null | undefined;
  merchant?: string | null | undefined;
  amount?: MoneyInput | null | undefined;
}>;


export type MemberMatchesQuery = { viewer: { member: { matches: { nodes: Array<{ rank: number, score: { total: number, priority: number, value: number, freshness: number, response: number }, reasons: Array<{ text: string }>, offer: { id: string, name: string, reward: { amountMinor: string, currency: string }, merchant: { name: string } | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null } | null };

export type MemberScreenQueryVariables = Exact<{ [key: string]: never; }>;


export type MemberScreenQuery = { viewer: { member: { id: string, locale: string, profile: { displayName: string | null } | null, accounts: Array<{ available: string, pending: string, program: { code: string, name: string, unitName: string } | null }> | null, tiers: Array<{ validUntil: string | null, tier: { name: string } | null, program: { code: string } | null }> | null, offerDeliveries: { nodes: Array<{ id: string, lapsesAt: string, terms: { name: string, termsText: string, imageUrl: string | null, mark: { amountMinor: string, currency: string }, reward: { amountMinor: string, currency: string } }, progress: { spent: { amountMinor: string, currency: string }, remaining: { amountMinor: string, currency: string } } | null, offer: { code: string, merchant: { name: string } | null } | null }> } | null, purchases: { nodes: Array<{ occurredAt: string, amount: { amountMinor: string, currency: string }, merchant: { name: string } | null }> } | null } | null } | null };

export type MemberTimelineQueryVariables = Exact<{
  partnerCode?: string;
  number?: string;
  after?: string | null | undefined;
  filter?: TimelineFilterInput | null | undefined;
}>;


export type MemberTimelineQuery = { memberByIdentity: { id: string, timeline: { nodes: Array<{ kind: TimelineKind, at: string, transfer: { id: string, command: TransferKind, amount: string, causeKind: CauseKind, reason: string | null, actor: string | null, program: { name: string } | null } | null, purchase: { amount: { amountMinor: string, currency: string }, merchant: { name: string } | null } | null, delivery: { state: OfferDeliveryState, offer: { name: string } | null } | null, change: { action: string, actorKind: string, actorId: string, reason: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MerchantPageQueryVariables = Exact<{
  code?: string;
  from?: string;
  to?: string;
}>;


export type MerchantPageQuery = { merchant: { id: string, code: string, name: string, status: SellingStatus, category: { name: string } | null, parent: { name: string } | null, partner: { id: string, name: string } | null, outlets: { nodes: Array<{ code: string, name: string, kind: OutletKind, city: string | null, url: string | null }> }, offers: { nodes: Array<{ code: string, name: string, kind: OfferKind, startsAt: string, endsAt: string | null }> }, loyalty: { minimumGroup: number, members: number | null, purchases: number | null, completions: number | null, spend: Array<{ amountMinor: string, currency: string }> | null, rewards: Array<{ amountMinor: string, currency: string }> | null } | null } | null };

export type OfferBoardQueryVariables = Exact<{
  state?: VersionState | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type OfferBoardQuery = { offers: { nodes: Array<{ id: string, code: string, name: string, state: VersionState, version: number, merchant: { name: string } | null, versions: Array<{ version: number, state: VersionState, revision: number, createdBy: string | null, editors: Array<string> | null, approvedBy: string | null, publishAt: string | null }> | null, usedBy: { deliveries: number, completions: number } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type PauseOfferMutationVariables = Exact<{
  input: PauseOfferInput;
}>;


export type PauseOfferMutation = { pauseOffer: { offer: { id: string, state: VersionState } | null, version: { version: number, revision: number, state: VersionState } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }> } };

export type PreviewAudienceQueryVariables = Exact<{
  source: AudiencePreviewSource;
  at?: string | null | undefined;
  overlapWith?: Array<string> | string | null | undefined;
}>;


export type PreviewAudienceQuery = { previewAudience: { asOf: string | null, accuracy: number | null, count: number | null, considered: number | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }>, funnel: Array<{ remaining: number | null, removedAlone: number | null, missedOnlyThis: number | null, condition: { text: string } }> | null, overlaps: Array<{ count: number | null, audience: { code: string, name: string } }> | null, sample: Array<{ id: string, status: MemberStatus }> | null } | null };

export type ProgramTermsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProgramTermsQuery = { programs: { nodes: Array<{ code: string, name: string, unitName: string, issuer: { name: string } | null, earning: { points: string, rounding: Rounding, per: { amountMinor: string, currency: string } }, expiry: { kind: ExpiryKind, months: number | null, rounding: ExpiryRounding | null }, valuePerPoint: { points: string, amount: { amountMinor: string, currency: string } } | null, tiers: Array<{ rank: number, name: string, basis: TierBasis, threshold: string }>, usedBy: { accounts: number, tierHolders: number } | null }> } };

export type PublishOfferMutationVariables = Exact<{
  input: PublishOfferInput;
}>;


export type PublishOfferMutation = { publishOffer: { offer: { id: string, state: VersionState } | null, version: { version: number, revision: number, state: VersionState } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }> } };

export type RecordPurchaseMutationVariables = Exact<{
  input: RecordPurchaseInput;
}>;


export type RecordPurchaseMutation = { recordPurchase: { purchase: { id: string, amount: { amountMinor: string, currency: string }, completedDeliveries: Array<{ offer: { name: string } | null, terms: { reward: { amountMinor: string, currency: string } } }> | null } | null, member: { offerDeliveries: { nodes: Array<{ offer: { name: string } | null, progress: { remaining: { amountMinor: string, currency: string } } | null }> } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }> } };

export type SubmitOfferMutationVariables = Exact<{
  input: SubmitOfferInput;
}>;


export type SubmitOfferMutation = { submitOffer: { offer: { id: string, state: VersionState } | null, version: { version: number, revision: number, state: VersionState } | null, userErrors: Array<{ code: UserErrorCode, message: string, path: Array<string> | null }> } };

export type TagCatalogueQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
}>;


export type TagCatalogueQuery = { tagDefinitions: { nodes: Array<{ code: string, name: string, description: string, type: TagType, choices: Array<string>, unit: string | null, sensitivity: Sensitivity, source: { name: string } | null, usedBy: Array<
        | { code: string, name: string }
        | Record<PropertyKey, never>
      > }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type WalletQueryVariables = Exact<{ [key: string]: never; }>;


export type WalletQuery = { viewer: { member: { accounts: Array<{ available: string, held: string, pending: string, program: { name: string, unitName: string } | null, expiringNext: { points: string, expiresAt: string } | null, lots: { nodes: Array<{ kind: PointsKind, available: string, pending: string, pendingUntil: string | null, expiresAt: string | null, causeKind: CauseKind }> } | null }> | null, transfers: { nodes: Array<{ id: string, command: TransferKind, amount: string, causeKind: CauseKind, occurredAt: string, merchant: { name: string } | null, program: { name: string } | null, entries: Array<{ credit: LedgerBucket, amount: string, availableAfter: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null } | null };

export type WhoAmIQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoAmIQuery = { viewer: { kind: ActorKind, roles: Array<StaffRole>, scopes: Array<PartnerScope>, partner: { code: string, name: string } | null, member: { id: string, joinedAt: string | null } | null } | null };


export const ApproveOfferDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ApproveOffer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ApproveOfferInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"approveOffer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ApproveOfferMutation, ApproveOfferMutationVariables>;
export const AuditTrailDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditTrail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"actorKind"}},{"kind":"Field","name":{"kind":"Name","value":"actorId"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"resource"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AuditTrailQuery, AuditTrailQueryVariables>;
export const CheckRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CheckRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"text"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"checkRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"text"},"value":{"kind":"Variable","name":{"kind":"Name","value":"text"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"refusals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}},{"kind":"Field","name":{"kind":"Name","value":"warnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleFacts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"choices"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}}]}}]}}]} as unknown as DocumentNode<CheckRuleQuery, CheckRuleQueryVariables>;
export const DraftOfferDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DraftOffer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DraftOfferInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"draftOffer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<DraftOfferMutation, DraftOfferMutationVariables>;
export const EnrollMemberDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EnrollMember"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EnrollMemberInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enrollMember"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"identities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<EnrollMemberMutation, EnrollMemberMutationVariables>;
export const ExplainOfferDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExplainOffer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"memberId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"offerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"moment"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"MomentInput"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"explain"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"memberId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"memberId"}}},{"kind":"Argument","name":{"kind":"Name","value":"of"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"offerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"offerId"}}}]}},{"kind":"Argument","name":{"kind":"Name","value":"moment"},"value":{"kind":"Variable","name":{"kind":"Name","value":"moment"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"gates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"holds"}},{"kind":"Field","name":{"kind":"Name","value":"nearMiss"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"operator"}},{"kind":"Field","name":{"kind":"Name","value":"holds"}},{"kind":"Field","name":{"kind":"Name","value":"isWished"}},{"kind":"Field","name":{"kind":"Name","value":"decides"}},{"kind":"Field","name":{"kind":"Name","value":"isWithheld"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"boolean"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"set"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nearMiss"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"distance"}},{"kind":"Field","name":{"kind":"Name","value":"measure"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ExplainOfferQuery, ExplainOfferQueryVariables>;
export const MemberFileDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MemberFile"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"partnerCode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"coffee-house","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"number"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"78afa995795e4d85b5d9ceeca43f5fef","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberByIdentity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"partnerCode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"partnerCode"}}},{"kind":"Argument","name":{"kind":"Name","value":"number"},"value":{"kind":"Variable","name":{"kind":"Name","value":"number"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"joinedAt"}},{"kind":"Field","name":{"kind":"Name","value":"profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"displayName"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"identities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"partner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"consents"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"purpose"}},{"kind":"Field","name":{"kind":"Name","value":"granted"}},{"kind":"Field","name":{"kind":"Name","value":"partner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"boolean"}},{"kind":"Field","name":{"kind":"Name","value":"choice"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"set"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"program"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"unitName"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"offerDeliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"deliveredAt"}},{"kind":"Field","name":{"kind":"Name","value":"lapsesAt"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"completedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"purchases"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"merchant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<MemberFileQuery, MemberFileQueryVariables>;
export const MemberListDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MemberList"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"50"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"members"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"joinedAt"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"program"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<MemberListQuery, MemberListQueryVariables>;
export const MemberMatchesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MemberMatches"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"10"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scene"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Scene"}},"defaultValue":{"kind":"EnumValue","value":"dining"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"merchant"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"amount"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"MoneyInput"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"scene"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scene"}}},{"kind":"Argument","name":{"kind":"Name","value":"merchant"},"value":{"kind":"Variable","name":{"kind":"Name","value":"merchant"}}},{"kind":"Argument","name":{"kind":"Name","value":"amount"},"value":{"kind":"Variable","name":{"kind":"Name","value":"amount"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"score"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"freshness"}},{"kind":"Field","name":{"kind":"Name","value":"response"}}]}},{"kind":"Field","name":{"kind":"Name","value":"reasons"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"reward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"merchant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<MemberMatchesQuery, MemberMatchesQueryVariables>;
export const MemberScreenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MemberScreen"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"program"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"unitName"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"tiers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"validUntil"}},{"kind":"Field","name":{"kind":"Name","value":"tier"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"program"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"offerDeliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}},{"kind":"Argument","name":{"kind":"Name","value":"state"},"value":{"kind":"EnumValue","value":"OPEN"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"lapsesAt"}},{"kind":"Field","name":{"kind":"Name","value":"terms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"termsText"}},{"kind":"Field","name":{"kind":"Name","value":"imageUrl"}},{"kind":"Field","name":{"kind":"Name","value":"mark"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"reward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"spent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"remaining"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"merchant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"purchases"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"merchant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<MemberScreenQuery, MemberScreenQueryVariables>;
export const MemberTimelineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MemberTimeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"partnerCode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"coffee-house","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"number"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"78afa995795e4d85b5d9ceeca43f5fef","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TimelineFilterInput"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberByIdentity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"partnerCode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"partnerCode"}}},{"kind":"Argument","name":{"kind":"Name","value":"number"},"value":{"kind":"Variable","name":{"kind":"Name","value":"number"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"transfer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"causeKind"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"program"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"purchase"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"merchant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"delivery"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"change"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"actorKind"}},{"kind":"Field","name":{"kind":"Name","value":"actorId"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<MemberTimelineQuery, MemberTimelineQueryVariables>;
export const MerchantPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MerchantPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"code"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"coffee-house","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},"defaultValue":{"kind":"StringValue","value":"2018-01-01T00:00:00Z","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},"defaultValue":{"kind":"StringValue","value":"2027-01-01T00:00:00Z","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"merchant"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"code"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"category"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"parent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"partner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outlets"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"url"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"offers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}},{"kind":"Argument","name":{"kind":"Name","value":"state"},"value":{"kind":"EnumValue","value":"PUBLISHED"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"loyalty"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"minimumGroup"}},{"kind":"Field","name":{"kind":"Name","value":"members"}},{"kind":"Field","name":{"kind":"Name","value":"purchases"}},{"kind":"Field","name":{"kind":"Name","value":"spend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"completions"}},{"kind":"Field","name":{"kind":"Name","value":"rewards"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]} as unknown as DocumentNode<MerchantPageQuery, MerchantPageQueryVariables>;
export const OfferBoardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OfferBoard"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"state"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"VersionState"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"state"},"value":{"kind":"Variable","name":{"kind":"Name","value":"state"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"merchant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"versions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"createdBy"}},{"kind":"Field","name":{"kind":"Name","value":"editors"}},{"kind":"Field","name":{"kind":"Name","value":"approvedBy"}},{"kind":"Field","name":{"kind":"Name","value":"publishAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deliveries"}},{"kind":"Field","name":{"kind":"Name","value":"completions"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<OfferBoardQuery, OfferBoardQueryVariables>;
export const PauseOfferDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseOffer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PauseOfferInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pauseOffer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<PauseOfferMutation, PauseOfferMutationVariables>;
export const PreviewAudienceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PreviewAudience"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"source"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AudiencePreviewSource"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"at"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"overlapWith"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewAudience"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"source"},"value":{"kind":"Variable","name":{"kind":"Name","value":"source"}}},{"kind":"Argument","name":{"kind":"Name","value":"at"},"value":{"kind":"Variable","name":{"kind":"Name","value":"at"}}},{"kind":"Argument","name":{"kind":"Name","value":"overlapWith"},"value":{"kind":"Variable","name":{"kind":"Name","value":"overlapWith"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"accuracy"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"considered"}},{"kind":"Field","name":{"kind":"Name","value":"funnel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"condition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"remaining"}},{"kind":"Field","name":{"kind":"Name","value":"removedAlone"}},{"kind":"Field","name":{"kind":"Name","value":"missedOnlyThis"}}]}},{"kind":"Field","name":{"kind":"Name","value":"overlaps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"audience"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sample"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<PreviewAudienceQuery, PreviewAudienceQueryVariables>;
export const ProgramTermsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProgramTerms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"programs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"unitName"}},{"kind":"Field","name":{"kind":"Name","value":"issuer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"earning"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"points"}},{"kind":"Field","name":{"kind":"Name","value":"per"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rounding"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expiry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"months"}},{"kind":"Field","name":{"kind":"Name","value":"rounding"}}]}},{"kind":"Field","name":{"kind":"Name","value":"valuePerPoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"points"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"tiers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"basis"}},{"kind":"Field","name":{"kind":"Name","value":"threshold"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"tierHolders"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProgramTermsQuery, ProgramTermsQueryVariables>;
export const PublishOfferDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PublishOffer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PublishOfferInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"publishOffer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<PublishOfferMutation, PublishOfferMutationVariables>;
export const RecordPurchaseDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RecordPurchase"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RecordPurchaseInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recordPurchase"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"purchase"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"completedDeliveries"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"terms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offerDeliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}},{"kind":"Argument","name":{"kind":"Name","value":"state"},"value":{"kind":"EnumValue","value":"OPEN"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"remaining"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<RecordPurchaseMutation, RecordPurchaseMutationVariables>;
export const SubmitOfferDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitOffer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitOfferInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitOffer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"offer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SubmitOfferMutation, SubmitOfferMutationVariables>;
export const TagCatalogueDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TagCatalogue"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"50"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tagDefinitions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"choices"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}},{"kind":"Field","name":{"kind":"Name","value":"sensitivity"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Offer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<TagCatalogueQuery, TagCatalogueQueryVariables>;
export const WalletDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Wallet"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"program"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"unitName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expiringNext"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"points"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lots"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}},{"kind":"Argument","name":{"kind":"Name","value":"open"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"pendingUntil"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"causeKind"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"transfers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"causeKind"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"merchant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"program"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entries"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"credit"}},{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"availableAfter"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<WalletQuery, WalletQueryVariables>;
export const WhoAmIDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WhoAmI"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"partner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"joinedAt"}}]}}]}}]}}]} as unknown as DocumentNode<WhoAmIQuery, WhoAmIQueryVariables>;