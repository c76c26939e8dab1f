import { useLayoutEffect } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import type { PinPad } from '../../state/pin-pad.ts';
import { Icon } from '../Icon.tsx';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'Backspace', '0', 'Enter'];

interface PinKeysProps {
  pad: PinPad;
  /** How many it has; null where OK ends it. */
  digits: number | null;
  busy: boolean;
}

/** The digits of a PIN, on keys for gloves or on those of a keyboard. */
export function PinKeys({ pad, digits, busy }: PinKeysProps) {
  const typed = pad.text.value.length;
  useLayoutEffect(() => {
    const keyDown = (event: KeyboardEvent) => {
      if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
      // Enter on a button is that button's.
      const isPress = event.key === 'Enter' && event.target instanceof HTMLButtonElement;
      if (!isPress && pad.key(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', keyDown, { capture: true });
    return () => window.removeEventListener('keydown', keyDown, { capture: true });
  }, [pad, busy]);
  const places = digits ?? Math.max(typed, 4);
  return (
    <>
      <p class="pin-dots" aria-hidden="true">
        {Array.from({ length: places }, (_, i) => (
          <span key={i} data-on={i < typed} />
        ))}
      </p>
      <p class="hidden" role="status">
        {busy ? t('kiosk.checking') : t('kiosk.typed', { count: typed })}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere */}
      <div class="pin-keys" role="group" aria-label={t('pin.title')}>
        {KEYS.map((key) => {
          if (key === 'Enter' && digits !== null) return <span key={key} />;
          const label = key === 'Backspace' ? t('kiosk.backspace') : undefined;
          return (
            <button
              key={key}
              type="button"
              class="pin-key"
              aria-label={label}
              aria-disabled={busy}
              onClick={() => !busy && pad.key(key)}
            >
              {key === 'Backspace' ? <Icon name="backspace" /> : key === 'Enter' ? t('kiosk.ok') : key}
            </button>
          );
        })}
      </div>
    </>
  );
}
