import '../../messages/add-keypad.ts';
import { t } from '../../messages/translate.ts';
import { useSite } from '../context.ts';

/** What has been typed so far, large. */
export function Typed() {
  const { keypad } = useSite();
  const text = keypad.text.value;
  const count = keypad.matches.value.cars.length;
  return (
    <div class="typed" data-empty={text === ''}>
      <output class="typed-text" aria-label={text === '' ? t('keypad.hint') : t('keypad.typed', { text })}>
        {text === '' ? t('keypad.hint') : text}
      </output>
      {text !== '' && <span class="typed-count">{t('keypad.matches', { count })}</span>}
    </div>
  );
}
