import { contextFacts } from "../facts/core/context-facts";
import type { FactType } from "../facts/core/fact";
import { memberFacts } from "../facts/core/member-facts";
import { statusFact } from "../facts/core/stored-facts";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";

/** What audiences are open by, and no author names (members' consents, the lists that they are on), has names of its own. */
const hidden: readonly (readonly [string, FactType])[] = [[statusFact, "ENUM"]];

const fixed = new Map<string, FactType>([
  ...[...memberFacts, ...contextFacts].map(({ name, type }): [string, FactType] => [name, type]),
  ...hidden,
]);

/**
 * The type of a fact, whoever may name it. A fact of a member that is no author's to name is a SET: what a member has
 * several of is what rooms keep for themselves.
 */
export function typeOfFact({ tagDefinitions }: CatalogueSnapshot, name: string): FactType | undefined {
  const type = tagDefinitions.get(name)?.type ?? fixed.get(name);
  if (type) return type;
  if (name.startsWith("history.")) return "NUMBER";
  return name.startsWith("member.") ? "SET" : undefined;
}
