import { plusHours } from "../../kernel/period";

/**
 * The instant that stands for hour 0 of a transcript, which counts hours from the start of its recording and does not
 * say when that was. The published members joined until 2018-07-26, so the recording is taken to begin the week after.
 * It is the same for every file: an instant drawn from one file would move the rows of another.
 */
export const rewardsEpoch = new Date("2018-08-01T00:00:00Z");

export function instantOfHour(hour: number): Date {
  return plusHours(rewardsEpoch, hour);
}
