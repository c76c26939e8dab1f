import type { SiteClient, View } from '../sync/view.ts';
import { OUTBOX_TAG } from './send-outbox.ts';

/** What is used of the browser's Background Sync: Chromium alone has it. */
export interface SyncManagerLike {
  register(tag: string): Promise<void>;
  /** Those that wait. */
  getTags(): Promise<string[]>;
}

declare global {
  interface ServiceWorkerRegistration {
    readonly sync?: SyncManagerLike;
  }
}

/**
 * Asks the browser to send what waits here once there is a network, though the app may be closed by then: whenever
 * edits wait without a connection, and when the page goes out of sight with some.
 */
export function followOutbox(
  client: Pick<SiteClient, 'view' | 'subscribe'>,
  manager: () => Promise<SyncManagerLike | undefined>,
  signal: AbortSignal,
): void {
  let isAsked = false;
  const ask = (): void => {
    isAsked = true;
    manager()
      .then((sync) => sync?.register(OUTBOX_TAG))
      .catch(() => {
        // It is refused in private windows, and where a person has forbidden it.
      });
  };
  const look = ({ health, pending }: View): void => {
    if (pending.length === 0) isAsked = false;
    else if (!isAsked && (health.state === 'offline' || health.state === 'stopped')) ask();
  };
  look(client.view);
  signal.addEventListener('abort', client.subscribe(look));
  const leave = (): void => {
    if (document.visibilityState === 'hidden' && client.view.pending.length > 0) ask();
  };
  document.addEventListener('visibilitychange', leave, { signal });
}
