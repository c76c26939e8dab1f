import { useEffect, useMemo } from 'preact/hooks';
import '../../messages/add-devices.ts';
import { t } from '../../messages/translate.ts';
import { devicesApi } from '../../state/devices-api.ts';
import { type EnrolmentShown, EnrolmentWait, enrolLink, inHalves } from '../../state/enrolment.ts';
import { useApp } from '../context.ts';
import { QrCode } from '../people/QrCode.tsx';
import { Door } from '../sign-in/Door.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

/** What a browser shows that is to become a shared tablet: digits and a code, until a lead has said yes. */
export function TabletScreen() {
  const { ports, session, router } = useApp();
  const wait = useMemo(
    () => new EnrolmentWait(devicesApi(ports.api), ports.clock, () => void session.refresh()),
    [ports, session],
  );
  useEffect(() => {
    void wait.begin();
    return () => wait.stop();
  }, [wait]);
  const { value } = session.state;
  const isDevice = value.state === 'signed-in' && value.me.device !== null;
  useEffect(() => {
    if (isDevice) router.go({ at: 'start' }, 'replace');
  }, [isDevice, router]);
  const shown = wait.shown.value;
  return (
    <Door title={t('tablet.title')} lead={t('tablet.lead')}>
      <Shown shown={shown} />
      {(shown.is === 'over' || shown.is === 'failed') && (
        <button type="button" class="action" data-next onClick={() => void wait.begin()}>
          {t('tablet.again')}
        </button>
      )}
      <button type="button" class="button" data-quiet onClick={() => router.go({ at: 'start' }, 'replace')}>
        {t('tablet.back')}
      </button>
    </Door>
  );
}

function Shown({ shown }: { shown: EnrolmentShown }) {
  const { ports } = useApp();
  switch (shown.is) {
    case 'asking':
    case 'done':
      return <p role="status">{t('tablet.asking')}</p>;
    case 'waiting': {
      const { code, cut } = shown;
      const link = enrolLink(ports.addressBar.address, code);
      return (
        <>
          <p>{t('tablet.how')}</p>
          <p class="digits" role="img" aria-label={`${t('tablet.digits')}: ${[...code].join(' ')}`}>
            {inHalves(code)}
          </p>
          <QrCode text={link} label={t('tablet.code')} />
          <p role="status" class="small">
            {cut ? t('tablet.noNetwork') : t('tablet.waiting')}
          </p>
        </>
      );
    }
    case 'over':
      return <p role="status">{t('tablet.over')}</p>;
    case 'failed':
      return (
        <p class="bad" role="alert">
          {t('tablet.failed', { why: problemWords(shown.refused) })}
        </p>
      );
    default:
      return shown satisfies never;
  }
}
