import { ask } from '../directory/d1.ts';
import { recordEvent, unlessLately } from '../directory/events.ts';
import { describeError, log } from '../log.ts';
import { EXPORT_NOTE_MS } from '../protocol/limits.ts';
import type { SecurityEvent } from '../protocol/security.ts';
import type { Call } from './call.ts';

/**
 * Records an export, once it is answered: it need not wait for D1. Who does it again and again does not fill the log by
 * that.
 */
export function noteExport({ env, defer }: Call, made: Omit<SecurityEvent, 'type'>): void {
  const event = { ...made, type: 'exported' } as const;
  const recorded = ask(env.DB.batch(recordEvent(env.DB, event, unlessLately(event, EXPORT_NOTE_MS))));
  defer(
    recorded.catch((error) =>
      log('error', 'event not recorded', { type: event.type, ...describeError(error) }),
    ),
  );
}
