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

/** As headers write them, which ignore case: the whole tag, and the language alone. */
const tags = locales.map((locale) => {
  const tag = locale.toLowerCase();
  return { locale, tag, language: languageOf(tag) };
});

/** Picks the best known language from an `Accept-Language` header; the order in the header decides, weights are ignored. */
export function negotiateLocale(header: string | undefined): Locale {
  if (header === undefined) return defaultLocale;
  for (const part of header.split(",")) {
    const wished = part.split(";")[0]?.trim().toLowerCase() ?? "";
    const found =
      tags.find(({ tag }) => tag === wished) ?? tags.find(({ language }) => language === languageOf(wished));
    if (found) return found.locale;
  }
  return defaultLocale;
}

function languageOf(tag: string): string {
  return tag.split("-")[0] ?? "";
}
