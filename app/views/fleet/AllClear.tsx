import { t } from '../../messages/translate.ts';
import type { Unclear, Verdict } from '../../state/all-clear.ts';
import { deviceOrder } from '../../state/device-order.ts';
import type { Check, FleetWatch } from '../../state/fleet-watch.ts';
import { useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { DeviceNotes } from './DeviceNotes.tsx';

/** Asks every device at once, and says whether anything is missing anywhere. */
export function AllClear({ watch }: { watch: FleetWatch }) {
  const check = watch.check.value;
  const asking = check.is === 'asking';
  return (
    <section class="all-clear" aria-label={t('fleet.allClear')}>
      <button type="button" class="action" aria-disabled={asking} onClick={() => watch.askAllClear()}>
        <Icon name="check" />
        {t(asking ? 'fleet.asking' : 'fleet.allClear')}
      </button>
      <div role="status">
        <Outcome check={check} />
      </div>
    </section>
  );
}

function Outcome({ check }: { check: Check }) {
  switch (check.is) {
    case 'none':
    case 'asking':
      return null;
    case 'failed':
      return (
        <p class="bad">
          {t('fleet.notAsked', {
            why: t(check.problem === 'offline' ? 'fleet.noNetworkAsk' : `error.${check.problem}`),
          })}
        </p>
      );
    case 'done':
      return <Told verdict={check.verdict} />;
    default:
      return check satisfies never;
  }
}

function Told({ verdict }: { verdict: Verdict }) {
  const { time } = useSite();
  const { at, devices: count } = verdict;
  const when = time.value.when(at, at);
  if (verdict.clear) {
    return (
      <p class="verdict" data-clear="true">
        <Icon name="check" />
        <span>
          {count === 0 ? t('fleet.clearNone', { time: when }) : t('fleet.clear', { count, time: when })}
        </span>
      </p>
    );
  }
  const { unlisted } = verdict;
  const order = deviceOrder(
    verdict.unclear.map(({ device }) => device),
    at,
  );
  const unclear = verdict.unclear.toSorted((a, b) => order.indexOf(a.device) - order.indexOf(b.device));
  return (
    <div class="verdict" data-clear="false">
      <p>
        <Icon name="alert" />
        <span>{t('fleet.notClear', { count, unclear: unclear.length + unlisted, time: when })}</span>
      </p>
      <ul>
        {unclear.map((one) => (
          <UnclearLine key={one.device.device} one={one} at={at} />
        ))}
        {unlisted > 0 && <li>{t('fleet.unlisted', { count: unlisted })}</li>}
      </ul>
    </div>
  );
}

function UnclearLine({ one: { device, reasons }, at }: { one: Unclear; at: number }) {
  return (
    <li>
      <span class="device-who">
        <span class="device-person">{device.person?.name || t('person.unknown')}</span>
        <small>{device.device}</small>
      </span>
      <DeviceNotes notes={reasons} at={at} />
    </li>
  );
}
