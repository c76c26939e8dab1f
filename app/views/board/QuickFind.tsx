import { t } from '../../messages/translate.ts';
import { Found } from '../keypad/Found.tsx';
import { Typed } from '../keypad/Typed.tsx';

/** Where there is a keyboard, digits typed anywhere on the board find a car. */
export function QuickFind() {
  return (
    <section class="quick-find" aria-label={t('keypad.title')}>
      <Typed />
      <Found />
    </section>
  );
}
