/** The two headers that can say who calls. Absent ones are undefined. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
}

export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "key"; readonly prefix: string; readonly secret: string }
  | {
      readonly kind: "unreadable";
      readonly code: "CREDENTIALS_MALFORMED" | "CREDENTIALS_AMBIGUOUS";
      readonly message: string;
    };

/** Longer headers are not looked into: real tokens have one or two thousand characters. */
const longest = 8_192;
const keyShape = /^(alk_[0-9a-z]{12})\.([\w-]{43})$/;

/**
 * Reads `Authorization: Bearer <token>`, `Authorization: ApiKey <prefix>.<secret>` or `X-Api-Key: <prefix>.<secret>`.
 * No header at all is no credentials; a header that cannot be read is a failure, never the same as none, and its message
 * never repeats what it held.
 */
export function readCredentials({ authorization, apiKey }: CredentialHeaders): Credentials {
  if (authorization !== undefined && apiKey !== undefined) {
    const message = "Send either Authorization or X-Api-Key, not both.";
    return { kind: "unreadable", code: "CREDENTIALS_AMBIGUOUS", message };
  }
  if (apiKey !== undefined) return readKey(apiKey.trim());
  if (authorization === undefined) return { kind: "none" };
  if (authorization.length > longest)
    return malformed(`The Authorization header is longer than ${longest} characters.`);
  const [, scheme = "", value = ""] = /^([A-Za-z]+) +(\S+) *$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return { kind: "token", token: value };
    case "apikey":
      return readKey(value);
    default:
      return malformed('The Authorization header must read "Bearer <token>" or "ApiKey <prefix>.<secret>".');
  }
}

function readKey(text: string): Credentials {
  const [, prefix, secret] = keyShape.exec(text) ?? [];
  if (prefix === undefined || secret === undefined) return malformed('An API key reads "<prefix>.<secret>".');
  return { kind: "key", prefix, secret };
}

function malformed(message: string): Credentials {
  return { kind: "unreadable", code: "CREDENTIALS_MALFORMED", message };
}
