import { scopeOf } from "../auth/core/policy";
import type { RequestContext, Work } from "../context";
import { expandAudiences } from "../rules/core/expand-audiences";
import { namesOf } from "../rules/core/names";
import type { Rule } from "../rules/core/rule";
import { factsOf } from "../rules/core/rule-nodes";
import { factsFor, mayReadRule } from "../rules/rule-names";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { publishedVersion } from "./audiences.snapshot";
import { listsFact, ruleOfContent } from "./core/audience";

type Reader = Pick<Work, "services" | "actor">;

/**
 * The facts that a rule asks for, itself and by way of audiences, and that the caller may not read: somebody else's tags,
 * and those that became SENSITIVE after the rule was written. What guards an audience is not asked by its author, and is
 * left out; so are lists, which are told by whoever may see the audience. A tag that was retired stays readable.
 */
export function hiddenFacts(reader: Reader, snapshot: CatalogueSnapshot, rule: Rule): string[] {
  const written = expandAudiences(rule, (code) => {
    const audience = snapshot.audiencesByCode.get(code);
    const version = audience && publishedVersion(snapshot, audience);
    return version && ruleOfContent(version.content);
  });
  const isHidden = hiddenFrom(reader, snapshot);
  return factsOf(written).filter((fact) => fact !== listsFact && isHidden(fact));
}

/** Whether the caller may be shown the text of an audience's rule. Audiences that it names are codes there, and no more. */
export function mayShowRule(context: RequestContext, rule: Rule): boolean {
  const isHidden = hiddenFrom(context, context.services.catalogue.current);
  return mayReadRule(context, rule) && !factsOf(rule).some((fact) => fact !== listsFact && isHidden(fact));
}

function hiddenFrom({ services, actor }: Reader, snapshot: CatalogueSnapshot): (fact: string) => boolean {
  const known = namesOf(factsFor({ services, actor }, snapshot));
  const reach = scopeOf(actor, "tagDefinition");
  const readsSensitive = scopeOf(actor, "MemberTag.sensitive").kind !== "none";
  return (fact) => {
    const tag = snapshot.tagDefinitions.get(fact);
    if (!tag) return known.fact(fact) === undefined;
    if (tag.sensitivity === "SENSITIVE" && !readsSensitive) return true;
    if (reach.kind !== "partner") return reach.kind !== "all";
    return tag.sourcePartnerId !== reach.partnerId && tag.sensitivity !== "PUBLIC";
  };
}
