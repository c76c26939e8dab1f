import type { AppState } from './app-state.ts';
import { OPENED } from './opened.ts';

/** Closes a device that is everybody's at once. What is unsent is sent, and the session ends after that. */
export function lockDevice({ ports, opened }: Pick<AppState, 'ports' | 'opened'>): void {
  ports.memory.set(OPENED, '');
  opened.value = '';
}
