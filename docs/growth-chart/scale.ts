/** A scale of values between 0 and 1, from the bottom to the top, with the values that are worth a line. */
export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** From zero to a round number above the largest value, with four or five lines. */
export function linearScale(values: readonly number[]): Scale {
  const most = Math.max(...values);
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => power * factor * 4 >= most) ?? 10);
  const count = Math.ceil(most / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_, number) => number * step),
    at: (value) => value / (count * step),
  };
}

/** From the power of ten, or three times it, below the smallest value to the one above the largest. */
export function logScale(values: readonly number[]): Scale {
  const marks = Array.from({ length: 12 }, (_, power) => 10 ** (power - 3)).flatMap((power) => [power, 3 * power]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const low = marks.filter((mark) => mark <= least).at(-1) ?? least;
  const high = marks.find((mark) => mark >= most && mark > low) ?? most;
  const height = Math.log(high / low);
  return {
    ticks: marks.filter((mark) => mark >= low && mark <= high),
    at: (value) => Math.log(value / low) / height,
  };
}
