import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';

/** The newest workerd that one Miniflare has spawned. */
export interface Spawned {
  workerd?: ChildProcess;
}

// Miniflare keeps its child to itself. Node publishes every child it makes, in the async context of whoever
// asked for it, so several Miniflares in one process do not mix up theirs.
const current = new AsyncLocalStorage<Spawned>();

subscribe('child_process', (message) => {
  const spawned = current.getStore();
  if (!spawned || typeof message !== 'object' || message === null || !('process' in message)) return;
  const child = message.process as ChildProcess;
  // The file it runs is filled in right after this event.
  queueMicrotask(() => {
    if (child.spawnfile?.includes('workerd')) spawned.workerd = child;
  });
});

/** Runs `work` and notes in `spawned` the workerd it starts, then and later. */
export function notingWorkerd<T>(spawned: Spawned, work: () => T): T {
  return current.run(spawned, work);
}
