import { t } from '../messages/translate.ts';
import { initialsOf } from '../state/presence.ts';
import { useSite } from './context.ts';

/** Marks a car that others have open. */
export function Openers({ car }: { car: string }) {
  const openers = useSite().openers.value.get(car);
  const [first] = openers ?? [];
  if (!openers || !first) return null;
  const words =
    openers.length === 1 ? t('car.open', { name: first.name }) : t('car.openMany', { count: openers.length });
  return (
    <span class="openers" title={words}>
      <span
        class="avatar"
        data-text={openers.length === 1 ? initialsOf(first.name) : openers.length}
        aria-hidden="true"
      />
      <span class="hidden">{words}</span>
    </span>
  );
}
