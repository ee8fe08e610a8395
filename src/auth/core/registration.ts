import type { Refusal } from "../../kernel/result";
import type { PartnerScope, StaffRole } from "./actor";

/** What a token's subject is registered as. */
export type Registration =
  | { readonly kind: "staff"; readonly roles: readonly StaffRole[] }
  | { readonly kind: "partner"; readonly partnerId: string; readonly scopes: readonly PartnerScope[] }
  | { readonly kind: "member"; readonly memberId: string }
  | { readonly kind: "service" };

export function registrationRefusals(registration: Registration): Refusal[] {
  if (registration.kind === "staff" && registration.roles.length === 0) return [empty("staff", "roles")];
  if (registration.kind === "partner" && registration.scopes.length === 0) return [empty("partner", "scopes")];
  return [];
}

/** Issuers are URLs or URNs, subjects whatever the issuer calls people; both are compared exactly. */
export function subjectRefusals(issuer: string, subject: string): Refusal[] {
  const refusals: Refusal[] = [];
  if (!URL.canParse(issuer) || issuer.length > 500) {
    const message = `issuer is "${issuer.slice(0, 500)}", expected a URL or URN of at most 500 characters.`;
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "issuer"] });
  }
  if (subject.trim() === "" || subject.length > 255) {
    const message = `subject has ${subject.length} characters, expected 1 to 255.`;
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "subject"] });
  }
  return refusals;
}

function empty(kind: string, field: string): Refusal {
  return {
    code: "INVALID_INPUT",
    message: `${field} is empty, expected at least one.`,
    path: ["input", "as", kind, field],
  };
}
