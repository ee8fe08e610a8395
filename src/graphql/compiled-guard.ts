import { jitRuntime, type JitRuntime } from "graphql-jit/dist/runtime";

type Execution = Parameters<JitRuntime["handleResolverResult"]>[0];

/**
 * What is thrown while a value is looked at (by a getter, an iterator, the function that tells an interface's type) is
 * an error of its field in graphql-js. The runtime of graphql-jit 0.8.9 lets it escape from a callback of a promise:
 * the process would end by an unhandled rejection, and the request would never be answered. Here it becomes an error of
 * the execution, which is then done anew by graphql-js. Called once; a second call changes nothing.
 */
export function guardCompiledCode(): void {
  jitRuntime.handleResolverResult = settle;
  jitRuntime.handleListItemResult = settle;
}

function settle(
  execution: Execution,
  value: unknown,
  onSuccess: (value: unknown) => void,
  onError: (error: unknown) => void,
): void {
  if (!jitRuntime.isPromise(value)) {
    attempt(execution, () => onSuccess(value));
    return;
  }
  execution.promiseCounter += 1;
  const settled = (work: () => void) => {
    attempt(execution, work);
    execution.promiseCounter -= 1;
    if (execution.promiseCounter === 0) execution.resolve?.(execution);
  };
  (value as Promise<unknown>).then(
    (result) => settled(() => onSuccess(result)),
    (error: unknown) => settled(() => onError(error)),
  );
}

function attempt({ errors }: Execution, work: () => void): void {
  try {
    work();
  } catch (error) {
    (errors as unknown[]).push(error);
  }
}
