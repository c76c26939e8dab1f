import type { Link } from './link-state.ts';
import type { Health } from './view.ts';

/** What a person is told of the link. */
export function healthOf({ phase, isSaver }: Link): Health {
  const by = isSaver ? 'saver' : 'http';
  switch (phase.is) {
    case 'down':
      return { state: 'offline', retryAt: phase.retryAt };
    case 'dialing':
    case 'greeting':
      return phase.isPolling ? { state: 'live', by } : { state: 'connecting' };
    case 'exchanging':
      return phase.polling ? { state: 'live', by } : { state: 'connecting' };
    case 'catching-up':
      return { state: 'catching-up' };
    case 'live':
      return { state: 'live', by: 'socket' };
    case 'polling':
      return { state: 'live', by, nextAt: phase.nextAt };
    case 'stopped':
      return { state: 'stopped', reason: phase.reason };
    default:
      return phase satisfies never;
  }
}

/** Every member is a plain value, so two of them that read the same are the same. */
export function isSameHealth(a: Health, b: Health): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
