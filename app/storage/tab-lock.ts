/** The right to work on a site's store: one tab of a browser profile has it (rule O3). */
export interface TabLock {
  /** Lets another tab have it. */
  release(): void;
}

export interface TabLockOptions {
  /** Asks the tab that has it to let go, and takes it from one that does not answer. */
  takeOver: boolean;
  /** Another tab wants it, or has taken it. The lock is released when the promise settles. */
  lost(): Promise<void>;
}

const LET_GO = 'let-go';
/** How long a tab has to store what it holds. A frozen one never answers. */
const LET_GO_MS = 1_000;

/** Null where another tab has it. A browser without locks has no other tab at work, as far as anybody can tell. */
export async function holdTab(site: string, options: TabLockOptions): Promise<TabLock | null> {
  const name = `yardboard-${site}`;
  if (!('locks' in navigator)) return { release: () => {} };
  const held = await request(name, { ifAvailable: true }, options);
  if (held || !options.takeOver) return held;

  const channel = new BroadcastChannel(name);
  channel.postMessage(LET_GO);
  channel.close();
  const signal = AbortSignal.timeout(LET_GO_MS);
  return (await request(name, { signal }, options)) ?? request(name, { steal: true }, options);
}

/** Resolves once the lock is held, or is not going to be. */
function request(name: string, how: LockOptions, { lost }: TabLockOptions): Promise<TabLock | null> {
  return new Promise((resolve) => {
    let isHeld = false;
    const hold = async (lock: Lock | null): Promise<void> => {
      if (!lock) {
        resolve(null);
        return;
      }
      isHeld = true;
      const channel = new BroadcastChannel(name);
      await new Promise<void>((release) => {
        channel.onmessage = ({ data }) => {
          if (data === LET_GO) lost().then(release, release);
        };
        resolve({ release });
      });
      channel.close();
    };
    navigator.locks.request(name, how, hold).catch(() => {
      // Another tab took it by force; or this one has waited too long for it.
      if (isHeld) lost().catch(() => {});
      else resolve(null);
    });
  });
}
