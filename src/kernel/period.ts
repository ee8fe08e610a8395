/** A half-open stretch of time `[from, to)`; an absent end is open. Instants are UTC. */
export interface Period {
  readonly from: Date | null;
  readonly to: Date | null;
}

export function contains(period: Period, instant: Date): boolean {
  return (period.from === null || period.from <= instant) && (period.to === null || instant < period.to);
}

/** True where the period has an inside: its start lies before its end. */
export function isOrdered(period: Period): boolean {
  return period.from === null || period.to === null || period.from < period.to;
}

const hourMillis = 3_600_000;

/** Hours are exact stretches of time, not calendar steps, so they need no time zone. */
export function plusHours(instant: Date, hours: number): Date {
  return new Date(instant.getTime() + hours * hourMillis);
}
