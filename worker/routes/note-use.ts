import { noteTokenUse } from '../directory/tokens.ts';
import type { Caller } from '../identity/caller.ts';
import { describeError, log } from '../log.ts';
import { TOKEN_NOTE_MS, TOKENS_NOTED_MAX } from '../protocol/limits.ts';
import type { Call } from './call.ts';

/** When the use of a token was noted last, by this Worker, oldest first. Forgotten with it: then it is noted once more. */
const noted = new Map<string, number>();

/** Notes that a token is in use, now and then, after the answer: nobody waits for the directory. */
export function noteUse({ env, now, defer }: Call, { session }: Caller): void {
  if (now - (noted.get(session) ?? 0) < TOKEN_NOTE_MS) return;
  noted.delete(session);
  noted.set(session, now);
  for (const oldest of noted.keys()) {
    if (noted.size <= TOKENS_NOTED_MAX) break;
    noted.delete(oldest);
  }
  defer(
    noteTokenUse(env.DB, session, now).catch((error) => {
      noted.delete(session);
      log('warn', 'use of a token not noted', describeError(error));
    }),
  );
}
