import { useState } from 'preact/hooks';
import type { PinMade } from '../../../worker/protocol/api.ts';
import '../../messages/add-kiosk.ts';
import { t } from '../../messages/translate.ts';
import type { Reply } from '../../state/api.ts';
import { makePin, unlockPin } from '../../state/pin-api.ts';
import { useApp, useSite } from '../context.ts';
import { HoldButton } from '../import/HoldButton.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

/** A new PIN for somebody of the site, and another try for who has been locked out; for leads. */
export function PersonPin({ person, name }: { person: string; name: string }) {
  const { ports } = useApp();
  const site = useSite();
  const [made, setMade] = useState<PinMade | null>(null);
  const [isUnlocked, setUnlocked] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = async <T,>(act: () => Promise<Reply<T>>, done: (value: T) => void) => {
    setBusy(true);
    setProblem(null);
    setUnlocked(false);
    const reply = await act();
    setBusy(false);
    if (reply.ok) done(reply.value);
    else setProblem(reply.code === 'forbidden' ? t('person.above', { name }) : problemWords(reply));
  };
  const make = () => ask(() => makePin(ports.api, site.known.id, person), setMade);
  const unlock = () =>
    ask(
      () => unlockPin(ports.api, site.known.id, person),
      () => setUnlocked(true),
    );
  return (
    <section aria-labelledby="person-pin-title">
      <h2 id="person-pin-title">{t('person.pin')}</h2>
      <p>{t('person.pinLead', { name })}</p>
      {problem !== null && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      <div role="status">
        {made !== null && (
          <>
            <p class="pin-made">{made.pin}</p>
            <p class="small">{t('person.pinMade', { name, time: site.time.value.full(made.expiresAt) })}</p>
          </>
        )}
        {isUnlocked && <p>{t('person.pinUnlocked', { name })}</p>}
      </div>
      <button type="button" class="button" disabled={busy} onClick={unlock}>
        {t('person.pinUnlock')}
      </button>
      <HoldButton busy={busy} hint={t('person.pinHint')} onHeld={make}>
        {t('person.pinMake')}
      </HoldButton>
    </section>
  );
}
