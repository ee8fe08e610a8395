import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from "graphql";
import { ArgsType, Field, Float, InputType, Int, ObjectType } from "type-graphql";
import type { FactSource, FactType } from "../facts/core/fact";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { UserErrorCode } from "../graphql/payload";
import type { RefusalCode } from "../kernel/refusal-codes";
import type { RuleOperator } from "./core/rule-nodes";

/*
 * A rule is answered in three shapes, since a GraphQL selection cannot follow a tree to a depth that it does not know:
 * `tree`, whole and as it is given in, for an editor that loads a rule, changes it and sends it back; `nodes`, flat and
 * with paths, for whatever is written beside single conditions (refusals, an explanation's verdicts and a funnel's
 * counts name the same paths); and `root`, the same tree as typed objects, for a client that knows how deep it shows.
 */

/** The operators as the tree names them, so that one word means one thing in every shape. */
export const RuleOperatorEnum = graphqlEnum<RuleOperator>("RuleOperator", "What a node of a rule asks.", {
  all: "Every one of its parts holds.",
  any: "At least one of its parts holds.",
  not: "Its part does not hold.",
  has: "The fact is known, whatever its value.",
  equals: "The fact has the value.",
  oneOf: "The ENUM is one of the choices.",
  between: "The NUMBER lies between the ends.",
  dateBetween: "The DATE or INSTANT lies between the ends.",
  withinLast: "The DATE is today or at most so many days ago.",
  notWithinLast: "The DATE is known and more than so many days ago.",
  contains: "The SET holds at least one of the choices.",
  audience: "The member belongs to the saved audience.",
});

export const RuleTreeScalar = new GraphQLScalarType<object, object>({
  name: "RuleTree",
  description: "A whole rule as JSON, of any depth: exactly what `RuleInput` takes, so that it can be given back.",
  serialize: (value) => value as object,
  parseValue: (value) => {
    if (typeof value === "object" && value !== null) return value;
    throw new GraphQLError("RuleTree is no object, expected a rule as RuleInput takes it.");
  },
  parseLiteral: (node, variables) => {
    if (node.kind === Kind.OBJECT) return valueFromASTUntyped(node, variables) as object;
    throw new GraphQLError("RuleTree is no object, expected a rule as RuleInput takes it.", { nodes: node });
  },
});

@ObjectType("RuleValue", { description: "What a fact is compared with: one field is not null.", simpleResolvers: true })
export class RuleValueType {
  @Field(() => Boolean, { nullable: true, description: "For a BOOLEAN." })
  boolean!: boolean | null;

  @Field(() => Float, { nullable: true, description: "For a NUMBER, in the fact's unit." })
  number!: number | null;

  @Field(() => String, { nullable: true, description: "For an ENUM a choice, for a DATE a calendar day." })
  text!: string | null;
}

@ObjectType("RuleHas", { description: "A fact that has to be known.", simpleResolvers: true })
export class RuleHasType {
  @Field(() => String, { description: "Name of the fact." })
  fact!: string;
}

@ObjectType("RuleEquals", { description: "A fact and the one value it must have.", simpleResolvers: true })
export class RuleEqualsType {
  @Field(() => String, { description: "Name of the fact." })
  fact!: string;

  @Field(() => RuleValueType, { description: "The value." })
  value!: RuleValueType;
}

@ObjectType("RuleChoices", { description: "A fact and choices of which one is enough.", simpleResolvers: true })
export class RuleChoicesType {
  @Field(() => String, { description: "Name of the fact." })
  fact!: string;

  @Field(() => [String], { description: "In alphabetical order." })
  choices!: readonly string[];
}

@ObjectType("RuleBetween", { description: "A NUMBER and the ends it lies between.", simpleResolvers: true })
export class RuleBetweenType {
  @Field(() => String, { description: "Name of the fact." })
  fact!: string;

  @Field(() => Float, { nullable: true, description: "The smallest number that is enough." })
  atLeast!: number | null;

  @Field(() => Float, { nullable: true, description: "What the number must be greater than." })
  above!: number | null;

  @Field(() => Float, { nullable: true, description: "The largest number that is allowed." })
  atMost!: number | null;

  @Field(() => Float, { nullable: true, description: "What the number must be smaller than." })
  below!: number | null;
}

@ObjectType("RuleDateBetween", { description: "A DATE or INSTANT and its ends.", simpleResolvers: true })
export class RuleDateBetweenType {
  @Field(() => String, { description: "Name of the fact." })
  fact!: string;

  @Field(() => String, { nullable: true, description: "The first day or instant; null: no beginning." })
  from!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The last day, which still counts, or the first instant that does not; null: no end.",
  })
  to!: string | null;
}

@ObjectType("RuleDays", { description: "A DATE and a number of days before the moment's.", simpleResolvers: true })
export class RuleDaysType {
  @Field(() => String, { description: "Name of the fact." })
  fact!: string;

  @Field(() => Int, { description: "Days; 0 is today." })
  days!: number;
}

@ObjectType("RuleAudience", { description: "A saved audience.", simpleResolvers: true })
export class RuleAudienceType {
  @Field(() => String, { description: "Its code." })
  code!: string;
}

@ObjectType("RuleNode", {
  description: "One node of a rule. Of the fields named like operators the one of `operator` is not null.",
  simpleResolvers: true,
})
export class RuleNodeType {
  @Field(() => [String], {
    description: 'Where it stands: `[]` is the root, `["all", "2", "not"]` what is negated in its third part.',
  })
  path!: readonly string[];

  @Field(() => RuleOperatorEnum, { description: "What it asks." })
  operator!: RuleOperator;

  @Field(() => String, { description: "The node in the text form, with what is below it." })
  text!: string;

  @Field(() => [RuleNodeType], { nullable: true, description: "Of `all`: its parts, in order." })
  all!: readonly RuleNodeType[] | null;

  @Field(() => [RuleNodeType], { nullable: true, description: "Of `any`: its parts, in order." })
  any!: readonly RuleNodeType[] | null;

  @Field(() => RuleNodeType, { nullable: true, description: "Of `not`: what is negated." })
  not!: RuleNodeType | null;

  @Field(() => RuleHasType, { nullable: true, description: "Of `has`: the fact." })
  has!: RuleHasType | null;

  @Field(() => RuleEqualsType, { nullable: true, description: "Of `equals`: fact and value." })
  equals!: RuleEqualsType | null;

  @Field(() => RuleChoicesType, { nullable: true, description: "Of `oneOf`: fact and choices." })
  oneOf!: RuleChoicesType | null;

  @Field(() => RuleBetweenType, { nullable: true, description: "Of `between`: fact and ends." })
  between!: RuleBetweenType | null;

  @Field(() => RuleDateBetweenType, { nullable: true, description: "Of `dateBetween`: fact and ends." })
  dateBetween!: RuleDateBetweenType | null;

  @Field(() => RuleDaysType, { nullable: true, description: "Of `withinLast`: fact and days." })
  withinLast!: RuleDaysType | null;

  @Field(() => RuleDaysType, { nullable: true, description: "Of `notWithinLast`: fact and days." })
  notWithinLast!: RuleDaysType | null;

  @Field(() => RuleChoicesType, { nullable: true, description: "Of `contains`: fact and choices." })
  contains!: RuleChoicesType | null;

  @Field(() => RuleAudienceType, { nullable: true, description: "Of `audience`: which." })
  audience!: RuleAudienceType | null;
}

@ObjectType("Rule", {
  description:
    "A condition over what is known of a member in a moment. A leaf on a fact that is not known is false, and its `not` " +
    "is true. Answered as text, as one JSON value, as a list of nodes and as a tree of objects: all say the same.",
  simpleResolvers: true,
})
export class RuleType {
  @Field(() => String, { description: 'The text form: `tier in ["gold", "platinum"] and not blacklisted`.' })
  text!: string;

  @Field(() => String, {
    description: "SHA-256 of the canonical form, in hex. Rules that differ only in the order of their parts share it.",
  })
  hash!: string;

  @Field(() => RuleTreeScalar, { description: "The whole tree in one value, as `RuleInput` takes it." })
  tree!: object;

  @Field(() => RuleNodeType, { description: "The tree as objects; one selects as many levels as one shows." })
  root!: RuleNodeType;

  @Field(() => [RuleNodeType], { description: "Every node, each before its parts, with the path that names it." })
  nodes!: readonly RuleNodeType[];

  @Field(() => [String], { description: "Names of the facts that it asks for, in alphabetical order." })
  facts!: readonly string[];

  @Field(() => [String], {
    description:
      "Of those the ones that only the moment of a request tells, such as `context.scene`; empty where the rule can " +
      "also be asked of a whole audience.",
  })
  contextFacts!: readonly string[];
}

export const FactTypeEnum = graphqlEnum<FactType>(
  "FactType",
  "What values a fact has, and so which operators ask it.",
  {
    BOOLEAN: "True or false: `equals`, `has`.",
    ENUM: "One choice: `equals`, `oneOf`, `has`.",
    NUMBER: "A number: `between`, `equals`, `has`.",
    DATE: "A calendar day: `dateBetween`, `withinLast`, `notWithinLast`, `equals`, `has`.",
    SET: "Several choices: `contains`, `has`.",
    INSTANT: "A point in time: `dateBetween`, `has`.",
  },
);

export const FactSourceEnum = graphqlEnum<FactSource>("FactSource", "Where a fact comes from.", {
  TAG: "A tag of the member; the fact has the tag's code.",
  MEMBER: "What the alliance itself knows of the member: `member.age`.",
  CONTEXT: "The moment of a request: `context.scene`. Not known where a whole audience is asked, but for the time.",
  HISTORY: "What the member did in a period: `history.purchases_90d`.",
});

@ObjectType("RuleFact", {
  description: "One thing that a rule may ask of a member in a moment.",
  simpleResolvers: true,
})
export class RuleFactType {
  @Field(() => String, { description: "By which rules name it." })
  name!: string;

  @Field(() => FactTypeEnum, { description: "What values it has." })
  type!: FactType;

  @Field(() => FactSourceEnum, { description: "Where it comes from." })
  source!: FactSource;

  @Field(() => [String], {
    nullable: true,
    description: "Of an ENUM or SET: the choices that a rule may name; null where any text may be one.",
  })
  choices!: readonly string[] | null;

  @Field(() => String, { nullable: true, description: "Of a NUMBER, for people: `years`, `CNY`." })
  unit!: string | null;

  @Field(() => Boolean, { description: "True where every member, or every moment, has a value." })
  alwaysKnown!: boolean;

  @Field(() => String, { description: "Name in the caller's language; of what has none its `name`." })
  title!: string;
}

@ObjectType("RuleRefusal", { description: "Why a rule is refused, or one of several reasons.", simpleResolvers: true })
export class RuleRefusalType {
  @Field(() => UserErrorCode, { description: "The stable code to decide by." })
  code!: RefusalCode;

  @Field(() => String, { description: "For people, in English: names the place, the value and what was expected." })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Of a tree: where the blame lies in it, `["all", "2", "between", "atLeast"]`; null of a text.',
  })
  path!: readonly string[] | null;

  @Field(() => Int, { nullable: true, description: "Of a text: the line, from 1; null of a tree." })
  line!: number | null;

  @Field(() => Int, { nullable: true, description: "Of a text: the character in the line, from 1; null of a tree." })
  column!: number | null;
}

export const RuleWarningCode = graphqlEnum("RuleWarningCode", "What a rule may not be meant to be like. Stable.", {
  NOT_NARROWED:
    "None of its conditions narrows down who is looked at, so that every request of a member checks it. A few such rules " +
    "are no harm; thousands make matching slow.",
  HAS_BOOLEAN: "`has` is asked of a BOOLEAN, and so holds where it is false as well.",
  ALWAYS_KNOWN: "`has` is asked of what every member, or every moment, has: it always holds.",
  NEVER_HOLDS:
    "Conditions that must hold together cannot: a fact would have to be two things at once. Nobody meets it.",
  UNKNOWN_CODE:
    "It asks for a merchant, an outlet, a category or a currency by a code that nothing has: mistyped, or not there yet.",
});

@ObjectType("RuleWarning", {
  description: "Something about a rule that is allowed, but worth a look.",
  simpleResolvers: true,
})
export class RuleWarningType {
  @Field(() => RuleWarningCode, { description: "The stable code to decide by." })
  code!: keyof typeof RuleWarningCode;

  @Field(() => String, { description: "For people, in English." })
  message!: string;

  @Field(() => [String], { description: "Which node, as `RuleNode.path` names it; empty for the whole rule." })
  path!: readonly string[];
}

@ObjectType("RuleCheck", { description: "What is to be said of a rule that somebody writes.", simpleResolvers: true })
export class RuleCheckType {
  @Field(() => RuleType, { nullable: true, description: "The rule; null where it is refused." })
  rule!: RuleType | null;

  @Field(() => RuleType, {
    nullable: true,
    description:
      "The same in its canonical form: flattened, sorted, each part once. Equal rules have the same; null where it is " +
      "refused.",
  })
  canonical!: RuleType | null;

  @Field(() => [RuleRefusalType], { description: "Why it is refused; empty where it is not." })
  refusals!: readonly RuleRefusalType[];

  @Field(() => [RuleWarningType], { description: "What is allowed, but worth a look." })
  warnings!: readonly RuleWarningType[];

  @Field(() => [RuleFactType], { description: "The facts that it asks for, by name; empty where it is refused." })
  facts!: readonly RuleFactType[];
}

@InputType({ description: "Which facts; what is absent does not restrict." })
export class RuleFactFilterInput {
  @Field(() => FactSourceEnum, { nullable: true, description: "Where it comes from." })
  source?: FactSource | null;

  @Field(() => FactTypeEnum, { nullable: true, description: "What values it has." })
  type?: FactType | null;

  @Field(() => String, {
    nullable: true,
    description: "Part of the name, or of the title in any language, case ignored.",
  })
  search?: string | null;
}

export const RuleFactConnection = connectionType(RuleFactType, "RuleFact");

@ArgsType()
export class RuleFactsArgs extends PageArgs {
  @Field(() => RuleFactFilterInput, { nullable: true, description: "Which facts." })
  filter?: RuleFactFilterInput | null;
}
