import { z } from "zod";
import { locales } from "../../kernel/localised";
import { isStorable } from "../../kernel/plain-text";
import type { Refusal } from "../../kernel/result";

/** Where a content stands in the mutations that take one; what a refusal's path begins with. */
const root = ["input", "content"];

/** A text of 1 to `max` characters (UTF-16 units). */
export const plainText = (max: number) =>
  z.string().min(1).max(max).refine(isStorable, "expected a text without broken characters");

/** A text in at least one language. */
export const localisedText = (max: number) =>
  z
    .strictObject(Object.fromEntries(locales.map((locale) => [locale, plainText(max).optional()])))
    .refine(
      (texts) => Object.values(texts).some((text) => text !== undefined),
      "expected a text in at least one language",
    );

/** What is wrong with one place of a content, with the value that stands there. */
export function shapeRefusal(issue: z.core.$ZodIssue, json: unknown): Refusal<"INVALID_INPUT"> {
  const path = issue.path.map(String);
  const value = path.reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], json);
  const field = path.join(".") || "content";
  const message = `${field} is ${shown(value)}: ${issue.message}.`;
  return { code: "INVALID_INPUT", message, path: [...root, ...path.map(inputName)] };
}

/** The language `zh-CN` is the input field `zhCN`. */
export function inputName(key: string): string {
  return key.replace("zh-CN", "zhCN");
}

/** A value as a message quotes it: shortened, and without what a text may not hold. */
function shown(value: unknown): string {
  const text =
    JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part)) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
