import { t } from '../../messages/translate.ts';
import { useApp, useSite } from '../context.ts';
import { Tally } from '../board/Tally.tsx';
import { Keypad } from './Keypad.tsx';
import { Typed } from './Typed.tsx';
import { Found } from './Found.tsx';

/** The phone's first screen: three digits name a car. */
export function KeypadScreen() {
  const { router } = useApp();
  const { board } = useSite();
  return (
    <div class="keypad-screen">
      <h1 class="hidden">{t('keypad.title')}</h1>
      <Tally
        show={null}
        onShow={(show) => {
          board.show({ show });
          router.screen('board');
        }}
      />
      <FindPanel />
    </div>
  );
}

/** Buffer, matches and keys: a screen on a phone, the side of a tablet. */
export function FindPanel() {
  return (
    <div class="find">
      <Typed />
      <Found />
      <Keypad />
    </div>
  );
}
