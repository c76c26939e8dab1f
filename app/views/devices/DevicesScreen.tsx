import { useEffect, useMemo, useState } from 'preact/hooks';
import '../../messages/add-devices.ts';
import { t } from '../../messages/translate.ts';
import { DeviceList } from '../../state/device-list.ts';
import { devicesApi } from '../../state/devices-api.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { problemWords } from '../sign-in/problem-words.ts';
import { DeviceCard } from './DeviceCard.tsx';
import { EnrolForm } from './EnrolForm.tsx';
import { Enrolled } from './Enrolled.tsx';

/** The tablets, phones and walls of a site: who enrolled them, when they were used last, and the way to end them. */
export function DevicesScreen() {
  const { ports, router } = useApp();
  const site = useSite();
  const list = useMemo(() => new DeviceList(devicesApi(ports.api), site.known.id), [ports, site]);
  const [adding, setAdding] = useState(false);
  useEffect(() => void list.load(), [list]);
  const { devices, problem } = list.shown.value;
  const { value: act } = list.act;
  return (
    <div class="page">
      <h1>{t('enrolled.title')}</h1>
      <p class="lead">{t('enrolled.lead')}</p>
      {adding ? (
        <section class="form">
          <p>{t('enrol.how', { address: ports.addressBar.address.host })}</p>
          <EnrolForm code={null} enrol={(body) => list.enrol(body)} onDone={() => setAdding(false)} />
          <button type="button" class="button" data-quiet onClick={() => setAdding(false)}>
            {t('enrolled.cancel')}
          </button>
        </section>
      ) : (
        devices && (
          <div class="choices">
            <button type="button" class="action" onClick={() => setAdding(true)}>
              <Icon name="plus" />
              {t('enrol.open')}
            </button>
            <button type="button" class="action" onClick={() => router.screen('walls')}>
              <Icon name="plus" />
              {t('enrolled.wall')}
            </button>
          </div>
        )
      )}
      {act.is === 'enrolled' && <Enrolled device={act.made} />}
      <p role="status" class="small">
        {(act.is === 'ended' || act.is === 'renamed') && t(`enrolled.${act.is}`, { name: act.name })}
      </p>
      {problem !== null && (
        <p class="bad">{t('enrolled.failed', { why: problemWords({ ok: false, code: problem }) })}</p>
      )}
      {devices === null
        ? problem === null && <p class="loading">{t('enrolled.loading')}</p>
        : devices.devices.length === 0 && <p>{t('enrolled.none')}</p>}
      {devices !== null && devices.devices.length > 0 && (
        <ul class="device-cards" aria-label={t('enrolled.title')}>
          {devices.devices.map((device) => (
            <DeviceCard key={device.id} device={device} devices={devices} list={list} />
          ))}
        </ul>
      )}
    </div>
  );
}
