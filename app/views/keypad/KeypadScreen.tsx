import { t } from '../../messages/translate.ts';
import { Tally } from '../board/Tally.tsx';
import { useApp, useSite } from '../context.ts';
import { FindPanel } from './FindPanel.tsx';

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
