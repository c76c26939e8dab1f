import { ask } from '../directory/d1.ts';
import { recordEvent } from '../directory/events.ts';
import { describeError, log } from '../log.ts';
import type { SecurityEvent } from '../protocol/security.ts';
import type { Call } from './call.ts';

/** Records what happened elsewhere than in the directory, once it is answered: it need not wait for D1. */
export function noteEvent({ env, defer }: Call, event: SecurityEvent): void {
  const recorded = ask(env.DB.batch(recordEvent(env.DB, event)));
  defer(
    recorded.catch((error) =>
      log('error', 'event not recorded', { type: event.type, ...describeError(error) }),
    ),
  );
}
