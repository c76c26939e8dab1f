import { useEffect, useState } from 'preact/hooks';
import { t } from '../messages/translate.ts';
import { useApp } from './context.ts';

interface EvictableProps {
  /** Edits that are on this device alone. */
  held?: number;
  isOffline?: boolean;
}

/** A browser that has promised nothing may clear what is stored here. */
export function Evictable({ held = 0, isOffline = false }: EvictableProps) {
  const { ports } = useApp();
  const [persisted, setPersisted] = useState<boolean | null>(null);
  useEffect(() => {
    void ports.surroundings.persisted().then(setPersisted);
  }, [ports]);
  if (persisted !== false) return null;
  const isAtRisk = isOffline && held > 0;
  return <p class="hint">{isAtRisk ? t('sync.evictableNow', { count: held }) : t('sync.evictable')}</p>;
}
