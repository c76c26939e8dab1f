import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../messages/translate.ts';
import { Part } from '../state/part.ts';

/** Parts of the app that the first screen does without: those that are used all the time, and the others. */
const loads: { often: (() => Promise<unknown>)[]; rarely: (() => Promise<unknown>)[] } = {
  often: [],
  rarely: [],
};

type Lazy<P> = ComponentType<P> & {
  /** Fetches it, so that it is there when it is first shown. */
  ahead(): Promise<void>;
};

/** A component whose code comes when it is first shown, or once the first screen stands: see `loadAhead`. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  used: keyof typeof loads = 'rarely',
): Lazy<P> {
  const part = new Part(load);
  const ahead = () => part.fetch();
  loads[used].push(ahead);
  return Object.assign(Lazy, { ahead });

  function Lazy(props: P) {
    const [tries, setTries] = useState(0);
    const [failed, setFailed] = useState(false);
    const Loaded = part.code.value;
    // Another try is the reason to run again
    useEffect(() => {
      if (part.code.peek()) return;
      let gone = false;
      ahead().catch(() => gone || setFailed(true));
      return () => {
        gone = true;
      };
    }, [tries]);
    if (Loaded) return <Loaded {...props} />;
    if (!failed) return <p class="loading">{t('app.loading')}</p>;
    const retry = () => {
      setFailed(false);
      setTries(tries + 1);
    };
    return (
      <div class="blank">
        <p>{t('app.failed')}</p>
        <button type="button" class="button" onClick={retry}>
          {t('app.retry')}
        </button>
      </div>
    );
  }
}

/**
 * Fetches what is used all the time while nothing else is to do. The others are in the service worker's hands, which has
 * them when the network is not there; without one they are fetched too.
 */
export async function loadAhead(hasWorker: boolean): Promise<void> {
  const wanted = hasWorker ? loads.often : [...loads.often, ...loads.rarely];
  // A part that does not come now is asked for again when it is shown.
  for (const load of wanted) await load().catch(() => {});
}
