/** How large a rule may be. Errors name the cap; `docs/rules-language.md` lists them. All are inclusive. */
export const ruleCaps = {
  /** Levels: a leaf alone has 1. */
  depth: 12,
  /** Leaves and operators together. */
  nodes: 500,
  /** Choices in one list. */
  listLength: 1000,
  /** UTF-16 units of one name or choice. */
  textLength: 200,
  /** UTF-16 units of all names and choices as the text form writes them, quoted. */
  characters: 60_000,
  /**
   * UTF-16 units of a text that is parsed. Whatever tree keeps to the caps above prints shorter: a node adds at most 80
   * (operator, brackets, two numbers or instants) to its names and choices.
   */
  ruleText: 100_000,
  /** Brackets and `not` around one another in a text; the print of a tree needs at most two a level. */
  textNesting: 64,
  /** Of `withinLast` and `notWithinLast`: a hundred years. */
  days: 36_500,
  /** As exact as a tag's number: 15 digits are what a double holds for sure. */
  number: 999_999_999_999_999,
  /** Refusals told of one rule; the rest is counted. */
  refusals: 20,
} as const;
