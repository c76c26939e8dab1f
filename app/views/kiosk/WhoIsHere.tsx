import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import { editWords } from '../../state/edit-words.ts';
import type { Face } from '../../state/faces.ts';
import type { Kiosk } from '../../state/kiosk.ts';
import type { Asked } from '../../state/site-state.ts';
import { Credentials } from '../sign-in/Credentials.tsx';
import { useFocusInside } from '../use-focus-inside.ts';
import { Faces } from './Faces.tsx';
import { PinEntry } from './PinEntry.tsx';

interface WhoIsHereProps {
  kiosk: Kiosk;
  /** What is done once they have said so. */
  asked: Asked;
}

/** Who is here says so by their face and their PIN. */
export function WhoIsHere({ kiosk, asked }: WhoIsHereProps) {
  const [face, setFace] = useState<Face | null>(null);
  const [byPassword, setByPassword] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const what = byPassword ? 'password' : (face?.id ?? 'faces');
  useFocusInside(box, what);
  const isFirst = !face && !byPassword;
  const back = () => {
    if (isFirst) return kiosk.cancel();
    setFace(null);
    setByPassword(false);
  };
  useEffect(() => {
    const keyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') back();
      else if (isText(event.target) || event.key.length > 1) return;
      // A scanner, or a digit that is meant for the keypad, is not for what lies beneath.
      event.preventDefault();
    };
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  });
  return (
    <div class="over">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a second way back, beside the button and Escape */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does it */}
      <div class="over-back" onClick={() => kiosk.cancel()} />
      <div
        class="sheet who"
        role="dialog"
        aria-modal="true"
        aria-labelledby="who-title"
        tabIndex={-1}
        ref={box}
      >
        <header class="sheet-head">
          <h2 id="who-title" tabIndex={-1} data-focus-first>
            {face ? t('kiosk.pin', { name: face.name }) : t('kiosk.title')}
          </h2>
          <button type="button" class="button" onClick={back}>
            {t(isFirst ? 'kiosk.cancel' : 'kiosk.back')}
          </button>
        </header>
        <div class="sheet-body">
          {asked.intent && <p class="who-asked">{t('kiosk.willDo', { what: editWords(asked.intent) })}</p>}
          {face ? (
            <PinEntry key={face.id} kiosk={kiosk} face={face} />
          ) : byPassword ? (
            <Credentials signIn={(body) => kiosk.signIn(body)} isShared={true} />
          ) : (
            <>
              <Faces faces={kiosk.faces.value} onChoose={setFace} />
              <button type="button" class="button" data-quiet onClick={() => setByPassword(true)}>
                {t('kiosk.password')}
              </button>
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function isText(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input');
}
