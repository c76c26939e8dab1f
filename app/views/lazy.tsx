import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../messages/translate.ts';

/** Parts of the app that the first screen does without. */
const loads: (() => Promise<unknown>)[] = [];

type Lazy<P> = ComponentType<P> & {
  /** Fetches it, so that it is there when it is first shown. */
  ahead(): Promise<void>;
};

/** A component whose code comes when it is first shown, or once the first screen stands. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): Lazy<P> {
  let Loaded: ComponentType<P> | null = null;
  const get = async () => {
    Loaded = await load();
  };
  loads.push(get);
  return Object.assign(Lazy, { ahead: get });

  function Lazy(props: P) {
    const [tries, setTries] = useState(0);
    const [failed, setFailed] = useState(false);
    const [, setLoaded] = useState(Loaded !== null);
    // Another try is the reason to run again
    useEffect(() => {
      if (Loaded) return;
      let gone = false;
      get().then(
        () => gone || setLoaded(true),
        () => gone || setFailed(true),
      );
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

/** Fetches all of them while nothing else is to do, so that they are there when the network is not. */
export async function loadAhead(): Promise<void> {
  // A part that does not come now is asked for again when it is shown.
  for (const load of loads) await load().catch(() => {});
}
