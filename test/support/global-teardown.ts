export default async function globalTeardown(): Promise<void> {
  await (globalThis as { leaveTestServer?: () => Promise<void> }).leaveTestServer?.();
}
