import { useEffect, useMemo } from 'preact/hooks';
import type { Fleet } from '../../../worker/protocol/api.ts';
import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { countedIn } from '../../state/all-clear.ts';
import type { ApiError } from '../../state/api.ts';
import { isHere } from '../../state/device-words.ts';
import { FleetWatch } from '../../state/fleet-watch.ts';
import { useApp, useSite } from '../context.ts';
import { AllClear } from './AllClear.tsx';
import { DeviceList } from './DeviceList.tsx';

/** The devices of the site: who is current, who is not, and who holds changes. */
export function FleetScreen() {
  const { ports } = useApp();
  const site = useSite();
  const watch = useMemo(() => new FleetWatch(ports.api, site.known.id, ports.clock), [ports, site]);
  const visible = ports.surroundings.visible.value;
  useEffect(() => (visible ? watch.watch() : undefined), [watch, visible]);
  const { fleet, problem } = watch.shown.value;
  return (
    <div class="page fleet">
      <h1>{t('fleet.title')}</h1>
      <AllClear watch={watch} />
      {problem !== null && <Problem problem={problem} isKnown={fleet !== null} />}
      {fleet ? <Devices fleet={fleet} /> : problem === null && <p class="loading">{t('fleet.loading')}</p>}
    </div>
  );
}

function Problem({ problem, isKnown }: { problem: ApiError; isKnown: boolean }) {
  if (problem !== 'offline') return <p class="bad">{t('fleet.failed', { why: t(`error.${problem}`) })}</p>;
  return <p class="hint">{t(isKnown ? 'fleet.noNetwork' : 'fleet.noNetworkYet')}</p>;
}

function Devices({ fleet }: { fleet: Fleet }) {
  const site = useSite();
  const { devices, at, more } = fleet;
  const lately = countedIn(fleet);
  const older = devices.filter((device) => !lately.includes(device));
  const time = site.time.value.when(at, at);
  const here = lately.filter((device) => isHere(device, at)).length;
  return (
    <>
      {lately.length === 0 ? (
        <p>{t('fleet.none', { time })}</p>
      ) : (
        <p class="small">{t('fleet.counts', { count: lately.length, here, time })}</p>
      )}
      {lately.length > 0 && <DeviceList devices={lately} at={at} label={t('fleet.lately')} />}
      {older.length > 0 && (
        <details class="fleet-older">
          <summary>{t('fleet.older', { count: older.length + more })}</summary>
          <DeviceList devices={older} at={at} label={t('fleet.olderLabel')} />
        </details>
      )}
    </>
  );
}
