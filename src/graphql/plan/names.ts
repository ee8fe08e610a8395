import { inLocale, type LocalisedText } from "../../kernel/localised";
import { fromLocalisedText } from "../value.types";
import { computed } from "./fields";

/** A name in the caller's language, of whatever has one. */
export const nameInLocale = computed(({ name }: { readonly name: LocalisedText }, { locale }) =>
  inLocale(name, locale),
);

/** The same in every language. */
export const nameTranslations = computed(({ name }: { readonly name: LocalisedText }) => fromLocalisedText(name));
