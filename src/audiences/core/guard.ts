import { consentsRefusedFact } from "../../facts/core/stored-facts";
import type { Rule } from "../../rules/core/rule";

/**
 * To which purposes a member can say no, to be in no audience of that partner from then on: to be sorted into audiences,
 * and to be addressed, which is what they are for. Who was never asked is in; the partner answers for whom it enrols.
 */
export const refusablePurposes = ["PROFILING", "MARKETING"] as const;

/**
 * For whom an audience is open at all, beside its own rule. One of a partner: members who have a live identity there and
 * whose latest answers to it hold no refusal. One of the operator, which speaks for all of them: members who refused
 * none of the partners.
 */
export function guardOf(partnerCode: string | null, everyPartnerCode: Iterable<string>): Rule {
  const codes = partnerCode === null ? [...everyPartnerCode] : [partnerCode];
  const refusals = codes.flatMap((code) => refusablePurposes.map((purpose) => `${code}/${purpose}`));
  const unwilling: Rule = { not: { contains: { fact: consentsRefusedFact, choices: refusals } } };
  if (partnerCode === null) return unwilling;
  return { all: [{ contains: { fact: "member.identities", choices: [partnerCode] } }, unwilling] };
}
