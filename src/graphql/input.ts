/** The fields the caller wrote: what is absent from an input stays as it is, which null does not say. */
export function withoutAbsent<Input extends object>(
  input: Input,
): { [K in keyof Input]: Exclude<Input[K], undefined> } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof Input]: Exclude<Input[K], undefined> };
}

/** As `withoutAbsent`, for fields that cannot be taken away: null says as little as absence. */
export function withoutNull<Input extends object>(input: Input): { [K in keyof Input]?: NonNullable<Input[K]> } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as { [K in keyof Input]?: NonNullable<Input[K]> };
}
