import { useMemo, useRef, useState } from 'preact/hooks';
import { isPin, isTrivialPin } from '../../../worker/protocol/pin.ts';
import { t } from '../../messages/translate.ts';
import type { Face } from '../../state/faces.ts';
import type { Entry, Kiosk } from '../../state/kiosk.ts';
import { PinPad } from '../../state/pin-pad.ts';
import { PinKeys } from './PinKeys.tsx';

/** Somebody types their PIN; one that has to be changed, and the new one twice. */
type Stage = { is: 'pin' } | { is: 'new'; pin: string } | { is: 'again'; pin: string; newPin: string };

export function PinEntry({ kiosk, face }: { kiosk: Kiosk; face: Face }) {
  const [stage, setStage] = useState<Stage>({ is: 'pin' });
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const send = async (pin: string, newPin?: string) => {
    setBusy(true);
    setProblem(null);
    const entry = await kiosk.enter(face.id, pin, newPin).finally(() => setBusy(false));
    if (entry.ok) return;
    if (entry.code === 'pin-expired') return setStage({ is: 'new', pin });
    // Of what was sent, the hub can only find the new one too easy.
    if (entry.code === 'invalid' && newPin !== undefined) setStage({ is: 'new', pin });
    else setStage({ is: 'pin' });
    setProblem(entry.code === 'invalid' ? t('kiosk.easyPin') : entryWords(entry));
  };
  const typed = (text: string) => {
    setProblem(null);
    if (stage.is === 'pin') return void send(text);
    if (stage.is === 'again') {
      if (text === stage.newPin) return void send(stage.pin, text);
      setStage({ is: 'new', pin: stage.pin });
      return setProblem(t('kiosk.notSame'));
    }
    if (!isPin(text)) setProblem(t('pin.digits'));
    else if (isTrivialPin(text)) setProblem(t('kiosk.easyPin'));
    else setStage({ is: 'again', pin: stage.pin, newPin: text });
  };
  // The pad lasts as long as the stage; what a finished one does is always of the last drawing.
  const done = useRef(typed);
  done.current = typed;
  const digits = stage.is === 'pin' ? face.digits : null;
  const pad = useMemo(() => new PinPad(digits, (pin) => done.current(pin)), [digits, stage.is]);
  return (
    <div class="pin-entry">
      {stage.is === 'new' && (
        <p>
          <strong>{t('kiosk.newPin', { name: face.name })}</strong> {t('kiosk.newPinHint')}
        </p>
      )}
      {stage.is === 'again' && <p>{t('kiosk.again')}</p>}
      <PinKeys pad={pad} digits={digits} busy={busy} />
      <p class="bad" role="alert">
        {problem}
      </p>
    </div>
  );
}

function entryWords(entry: Entry & { ok: false }): string {
  if (entry.code === 'unknown-here') return t('kiosk.unknownHere');
  if (entry.code === 'needs-hub') return t('kiosk.needsHub');
  const words = t(`error.${entry.code}`);
  return entry.waitSeconds === null ? words : `${words} ${t('signIn.wait', { count: entry.waitSeconds })}`;
}
