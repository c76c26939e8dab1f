import type { Phase } from './link-state.ts';
import type { Health } from './view.ts';

/** What a person is told of the link. */
export function healthOf(phase: Phase): Health {
  switch (phase.is) {
    case 'down':
      return { state: 'offline', retryAt: phase.retryAt };
    case 'dialing':
    case 'greeting':
      return { state: phase.isPolling ? 'live' : 'connecting' };
    case 'exchanging':
      return phase.polling ? { state: 'live' } : { state: 'connecting' };
    case 'catching-up':
      return { state: 'catching-up' };
    case 'live':
    case 'polling':
      return { state: 'live' };
    case 'stopped':
      return { state: 'stopped', reason: phase.reason };
    default:
      return phase satisfies never;
  }
}

export function isSameHealth(a: Health, b: Health): boolean {
  if (a.state === 'offline') return b.state === 'offline' && a.retryAt === b.retryAt;
  if (a.state === 'stopped') return b.state === 'stopped' && a.reason === b.reason;
  return a.state === b.state;
}
