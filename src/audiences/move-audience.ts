import type { Work } from "../context";
import { done, refuse, type Result } from "../kernel/result";
import {
  approveVersion,
  endVersion,
  publishVersion,
  rejectVersion,
  submitVersion,
  versionsOf,
  type SeenInput,
} from "../publishing/publishing";
import { audienceInHand } from "./audience-in-hand";
import { audienceVersions, type AudienceVersion } from "./audience-versions";
import type { AudienceRow } from "./audiences.queries";
import { circleRefusal } from "./usable-content";
import { usesOfAudience } from "./used-by";

/** Which version of which audience, as the caller saw it. */
export interface AudienceStep {
  readonly audienceId: string;
  readonly version: number;
  /** The revision the caller saw; another one is refused with VERSION_CONFLICT. */
  readonly revision: number;
  /** Why, for the audit log. */
  readonly reason?: string | null;
}

export type MoveAudience = (work: Work, input: AudienceStep) => Promise<Result<AudienceVersion>>;

/** Hands a draft in for approval. */
export const submitAudience: MoveAudience = (work, input) => move(work, "submitAudience", input, submitVersion);

/** A second person agrees: one who never edited this version. */
export const approveAudience: MoveAudience = (work, input) => move(work, "approveAudience", input, approveVersion);

/** Sends a version back to its draft, before it is published. */
export const rejectAudience: MoveAudience = (work, input) => move(work, "rejectAudience", input, rejectVersion);

/** Makes an approved version live now; the live one before it ends. */
export const publishAudience: MoveAudience = (work, input) =>
  move(work, "publishAudience", input, publishVersion, stillUsable);

/** Ends a version for good. Refuses with IN_USE for the live one while something names the audience. */
export const endAudience: MoveAudience = (work, input) => move(work, "endAudience", input, endVersion, unused);

type AudienceAction = "submitAudience" | "approveAudience" | "rejectAudience" | "publishAudience" | "endAudience";
type Check = (work: Work, audience: AudienceRow, input: AudienceStep) => Promise<Result<unknown>>;

async function move(
  work: Work,
  action: AudienceAction,
  input: AudienceStep,
  take: (work: Work, codec: typeof audienceVersions, step: SeenInput) => Promise<Result<AudienceVersion>>,
  check: Check = () => Promise.resolve(done(undefined)),
): Promise<Result<AudienceVersion>> {
  const found = await audienceInHand(work, action, input.audienceId);
  if (!found.ok) return found;
  const checked = await check(work, found.value, input);
  if (!checked.ok) return checked;
  const { version, revision, reason } = input;
  return take(work, audienceVersions, { itemId: input.audienceId, version, revision, reason });
}

/** What was fine when it was drafted may have come to lie in a circle, or to name what has ended since. */
const stillUsable: Check = async (work, audience, { audienceId, version }) => {
  const all = await versionsOf(work.database.app, audienceVersions, audienceId);
  const found = all.find((each) => each.version === version);
  // That a version is not there is told by the step itself.
  const refusal = found && circleRefusal(await work.services.catalogue.catchUp(), audience, found.content);
  return refusal ?? done(undefined);
};

const unused: Check = async (work, audience, { version }) => {
  if (audience.state !== "PUBLISHED" || audience.version !== version) return done(undefined);
  const uses = await usesOfAudience(work, audience.code);
  if (uses.length === 0) return done(undefined);
  const named = uses.slice(0, 10).map(({ type, label }) => `${type} "${label}"`);
  const more = uses.length > named.length ? ` and ${uses.length - named.length} more` : "";
  return refuse("IN_USE", `The audience is named by ${named.join(", ")}${more}.`, ["input", "audienceId"]);
};
