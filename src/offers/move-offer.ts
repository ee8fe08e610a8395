import type { Work } from "../context";
import { refuse, type Result } from "../kernel/result";
import {
  approveVersion,
  endVersion,
  pauseVersion,
  publishVersion,
  rejectVersion,
  resumeVersion,
  scheduleVersion,
  submitVersion,
  type SeenInput,
} from "../publishing/publishing";
import { offerInHand, type OfferInHand } from "./offer-in-hand";
import { offerVersions, type OfferVersion } from "./offer-versions";

/** Which version of which offer, as the caller saw it. */
export interface OfferStep {
  readonly offerId: string;
  readonly version: number;
  /** The revision the caller saw; another one is refused with VERSION_CONFLICT. */
  readonly revision: number;
  /** Why, for the audit log. */
  readonly reason?: string | null;
}

export type MoveOffer<Input extends OfferStep = OfferStep> = (
  work: Work,
  input: Input,
) => Promise<Result<OfferVersion>>;

/** Hands a draft in for approval. */
export const submitOffer: MoveOffer = (work, input) => move(work, "submitOffer", input, submitVersion);

/** A second person agrees: one who never edited this version. */
export const approveOffer: MoveOffer = (work, input) => move(work, "approveOffer", input, approveVersion);

/** Sends a version back to its draft, before it is published. */
export const rejectOffer: MoveOffer = (work, input) => move(work, "rejectOffer", input, rejectVersion);

/** Makes an approved version live now; the live one before it ends. */
export const publishOffer: MoveOffer = (work, input) =>
  move(work, "publishOffer", input, publishVersion, (found) => goingLiveRefusal(found));

/** Lets an approved version go live by itself. */
export const scheduleOffer: MoveOffer<OfferStep & { readonly publishAt: Date }> = (work, input) =>
  move(
    work,
    "scheduleOffer",
    input,
    (w, codec, step) => scheduleVersion(w, codec, { ...step, publishAt: input.publishAt }),
    (found) => goingLiveRefusal(found),
  );

/** Stops a live offer at once: it is neither delivered nor activated until it is resumed. */
export const pauseOffer: MoveOffer = (work, input) => move(work, "pauseOffer", input, pauseVersion);

/** Makes a paused offer live again. */
export const resumeOffer: MoveOffer = (work, input) =>
  move(work, "resumeOffer", input, resumeVersion, (found) => goingLiveRefusal(found));

/** Ends a version for good. What was delivered under it can still be completed. */
export const endOffer: MoveOffer = (work, input) => move(work, "endOffer", input, endVersion);

type OfferAction =
  | "submitOffer"
  | "approveOffer"
  | "rejectOffer"
  | "publishOffer"
  | "scheduleOffer"
  | "pauseOffer"
  | "resumeOffer"
  | "endOffer";

async function move(
  work: Work,
  action: OfferAction,
  input: OfferStep,
  take: (work: Work, codec: typeof offerVersions, step: SeenInput) => Promise<Result<OfferVersion>>,
  refusalOf: (found: OfferInHand) => Result<never> | undefined = () => undefined,
): Promise<Result<OfferVersion>> {
  const found = await offerInHand(work, action, input.offerId);
  if (!found.ok) return found;
  const { version, revision, reason } = input;
  return refusalOf(found.value) ?? take(work, offerVersions, { itemId: input.offerId, version, revision, reason });
}

/** Only an active merchant's offers go live; one that was suspended or closed sells nothing. */
function goingLiveRefusal({ merchant }: OfferInHand): Result<never> | undefined {
  if (merchant.status === "ACTIVE") return undefined;
  return refuse("WRONG_STATE", `The merchant is ${merchant.status}, expected ACTIVE.`, ["input", "offerId"]);
}
