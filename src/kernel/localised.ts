/** The languages in which what members see is written, most complete first. BCP 47 tags. */
export const locales = ["en", "zh-CN"] as const;
export type Locale = (typeof locales)[number];

export const defaultLocale: Locale = "en";

/** One text in several languages. At least one language is present; `en` stands in for a missing one. */
export type LocalisedText = Readonly<Partial<Record<Locale, string>>>;

/** The text in the wished language, else in the default one, else in any that is there. */
export function inLocale(text: LocalisedText, wished: Locale): string {
  return text[wished] ?? text[defaultLocale] ?? Object.values(text)[0] ?? "";
}

/** Picks the best known language from an `Accept-Language` header; the order in the header decides, weights are ignored. */
export function negotiateLocale(header: string | undefined): Locale {
  for (const part of (header ?? "").split(",")) {
    const tag = part.split(";")[0]?.trim().toLowerCase() ?? "";
    const exact = locales.find((locale) => locale.toLowerCase() === tag);
    const sameLanguage = locales.find((locale) => locale.split("-")[0] === tag.split("-")[0]);
    const found = exact ?? sameLanguage;
    if (found) return found;
  }
  return defaultLocale;
}
