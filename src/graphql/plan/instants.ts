import { Declined } from "./run";

/** PostgreSQL's text of an instant in UTC, `2026-06-01 12:00:00.5+00`, as JavaScript writes it. */
export function instantText(token: string): string {
  const seconds = `${token.slice(0, 10)}T${token.slice(11, 19)}`;
  switch (token.length) {
    case 22:
      return `${seconds}.000Z`;
    case 24:
      return `${seconds}${token.slice(19, 21)}00Z`;
    case 25:
      return `${seconds}${token.slice(19, 22)}0Z`;
    case 26:
      return `${seconds}${token.slice(19, 23)}Z`;
    default:
      throw new Declined(`the instant ${token} is written in another way than expected`);
  }
}
