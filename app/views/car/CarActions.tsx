import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Car, CarFields } from '../../../worker/protocol/car.ts';
import { carState } from '../../../worker/protocol/car.ts';
import { t } from '../../messages/translate.ts';
import type { CarPart } from '../../state/route.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { StateIcon } from '../StateIcon.tsx';

/** The sheet opens by itself under a hand that still types: presses do nothing until the hand has paused. */
const GUARD_MS = 300;
/** The way back from a state is offered for this long. */
const OFFER_MS = 6_000;

type Flag = 'arrived' | 'late' | 'empty';

const FLAGS: readonly Flag[] = ['arrived', 'late', 'empty'];
const BACK = { arrived: 'do.expected', late: 'do.notLate', empty: 'do.notEmpty' } as const;
/** What usually comes next in a car's night stands out. */
const NEXT = { expected: 'arrived', late: 'arrived', arrived: 'empty', empty: null } as const;

/** Everything a preloader does with a car, where the thumb is. */
export function CarActions({ car, show }: { car: Car; show: (part: CarPart) => void }) {
  const { router } = useApp();
  const site = useSite();
  const guard = useGuard(car.id);
  const [offered, setOffered] = useOffer(car.id);
  if (!site.may('set')) return <p class="blank">{t('car.viewer')}</p>;

  const set = (fields: Partial<CarFields>) => {
    setOffered(null);
    void site.do({ type: 'set', car: car.id, fields });
  };
  const next = NEXT[carState(car)];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a column everywhere
    <div class="car-actions" role="group" aria-label={t('car.actions')} {...guard}>
      {FLAGS.map((flag) =>
        offered === flag && car[flag] ? (
          <Offer
            key={flag}
            flag={flag}
            onKeep={() => setOffered(null)}
            onBack={() => set({ [flag]: false })}
          />
        ) : (
          <Action
            key={flag}
            icon={<StateIcon state={flag} />}
            on={car[flag]}
            next={next === flag}
            since={sinceOf(car, flag)}
            onPress={() => (car[flag] ? setOffered(flag) : set({ [flag]: true }))}
          >
            {t(`do.${flag}`)}
          </Action>
        ),
      )}
      <Action icon={<Icon name="move" />} onPress={() => show('move')}>
        {t('do.move')}
      </Action>
      <Action icon={<Icon name="note" />} onPress={() => show('note')}>
        {t('do.note')}
      </Action>
      <button type="button" class="action" data-done onClick={() => router.close()}>
        {t('car.done')}
      </button>
    </div>
  );
}

interface ActionProps {
  icon: ComponentChildren;
  onPress: () => void;
  children: string;
  /** It is so already. */
  on?: boolean;
  next?: boolean;
  since?: number | null;
}

function Action({ icon, onPress, children, on, next = false, since = null }: ActionProps) {
  const site = useSite();
  return (
    <button type="button" class="action" data-next={next} aria-pressed={on} onClick={onPress}>
      {icon}
      <span>{children}</span>
      {on && (
        <span class="action-since" aria-hidden="true">
          {since !== null && t('car.arrivedAt', { time: site.time.value.when(since, site.hubNow()) })}
          <Icon name="check" />
        </span>
      )}
    </button>
  );
}

/** A state that is so already: pressing it says what the way back would be. Nothing toggles. */
function Offer({ flag, onKeep, onBack }: { flag: Flag; onKeep: () => void; onBack: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <div class="offer">
      <button type="button" class="action" ref={keep} onClick={onKeep}>
        {t('do.keep', { state: t(`do.${flag}`) })}
      </button>
      <button type="button" class="action" data-back onClick={onBack}>
        <Icon name="undo" />
        {t(BACK[flag])}
      </button>
    </div>
  );
}

function sinceOf(car: Car, flag: Flag): number | null {
  if (flag === 'late') return null;
  return flag === 'arrived' ? car.arrivedAt : car.emptiedAt;
}

/** Which way back is offered; of another car, none. */
function useOffer(car: string) {
  const [offered, setOffered] = useState<Flag | null>(null);
  // Another car takes the offer back
  useEffect(() => setOffered(null), [car]);
  useEffect(() => {
    if (offered === null) return;
    const timer = setTimeout(() => setOffered(null), OFFER_MS);
    return () => clearTimeout(timer);
  }, [offered]);
  return [offered, setOffered] as const;
}

/** Keeps fingers that are still typing off the actions. Keys and screen readers are not held up. */
function useGuard(car: string) {
  const [armed, setArmed] = useState(false);
  const [swallowed, setSwallowed] = useState(0);
  // Another car, or another stray tap, starts it anew
  useEffect(() => {
    setArmed(false);
    const timer = setTimeout(() => setArmed(true), GUARD_MS);
    return () => clearTimeout(timer);
  }, [car, swallowed]);
  return { 'data-guarded': !armed, onPointerDown: () => !armed && setSwallowed(swallowed + 1) };
}
