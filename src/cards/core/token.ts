import type { Refusal } from "../../kernel/result";

const shape = /^[A-Za-z0-9._:-]{8,64}$/;
const path = ["input", "token"];

/**
 * A token stands for a card and is none of its numbers. What reads as a card number (12 to 19 digits, spaces and hyphens
 * aside, whose check digit is right) is refused, and never repeated in the message, so that it reaches no log.
 */
export function tokenRefusals(token: string): Refusal<"INVALID_INPUT">[] {
  const digits = token.replace(/[ -]/g, "");
  if (/^\d{12,19}$/.test(digits) && passesLuhn(digits)) {
    const message = "token reads as a card number; expected a token that stands for the card.";
    return [{ code: "INVALID_INPUT", message, path }];
  }
  if (shape.test(token)) return [];
  const message = `token has ${token.length} characters, expected 8 to 64 of letters, digits and . _ : -`;
  return [{ code: "INVALID_INPUT", message, path }];
}

/** The check digit of card numbers (ISO/IEC 7812-1). */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
