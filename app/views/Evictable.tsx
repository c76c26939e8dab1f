import { useEffect, useState } from 'preact/hooks';
import { t } from '../messages/translate.ts';
import { useApp } from './context.ts';

/** A browser that has promised nothing may clear what is stored here. */
export function Evictable() {
  const { ports } = useApp();
  const [persisted, setPersisted] = useState<boolean | null>(null);
  useEffect(() => {
    void ports.surroundings.persisted().then(setPersisted);
  }, [ports]);
  return persisted === false ? <p class="hint">{t('sync.evictable')}</p> : null;
}
