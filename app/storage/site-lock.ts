import type { Lock } from '../sync/shared/ports.ts';

/** The right to work on a site's store, as a Web Lock: one tab or worker of a browser profile has it (rule O3). */
export function siteLock(site: string): Lock {
  return 'locks' in navigator ? webLock(`yardboard-${site}`) : withoutLocks;
}

function webLock(name: string): Lock {
  return {
    request(how, { held, refused, lost }) {
      let isHeld = false;
      let isOver = false;
      let release = (): void => {};
      const waiting = new AbortController();
      const options: LockOptions =
        how === 'queue'
          ? { signal: waiting.signal }
          : how === 'steal'
            ? { steal: true }
            : { ifAvailable: true };
      const hold = (lock: unknown): Promise<void> | undefined => {
        if (isOver) return undefined;
        if (!lock) {
          refused();
          return undefined;
        }
        isHeld = true;
        return new Promise((done) => {
          release = done;
          held();
        });
      };
      navigator.locks.request(name, options, hold).catch(() => {
        // Another has taken it by force; or it has been given up while it was waited for.
        if (isHeld && !isOver) lost();
      });
      return () => {
        isOver = true;
        waiting.abort();
        release();
      };
    },
  };
}

/**
 * A browser without locks has no way to say that a tab has died: the first to come works, and where it does not answer
 * any more the next. The store tells which of two is the later one.
 */
const withoutLocks: Lock = {
  request(how, { held }) {
    let isOver = how === 'queue';
    void Promise.resolve().then(() => {
      if (!isOver) held();
    });
    return () => {
      isOver = true;
    };
  },
};
