import { useEffect, useRef } from 'preact/hooks';
import type { EnrolledDevice } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';
import type { DeviceAct, DeviceList } from '../../state/device-list.ts';
import { HoldButton } from '../import/HoldButton.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

interface EndDeviceProps {
  device: EnrolledDevice;
  act: Extract<DeviceAct, { is: 'asked' | 'busy' | 'failed' }>;
  list: DeviceList;
}

/** Ending a device is held: whoever stands before it is signed out. */
export function EndDevice({ device, act, list }: EndDeviceProps) {
  const { name } = device;
  const group = useRef<HTMLFieldSetElement>(null);
  // Not on the button: an Enter that is still held would press it.
  useEffect(() => group.current?.focus(), []);
  return (
    <fieldset ref={group} class="form" tabIndex={-1} aria-label={t('enrolled.endNamed', { name })}>
      {act.is === 'failed' && (
        <p class="bad" role="alert">
          {t('enrolled.notEnded', { why: problemWords({ ok: false, code: act.problem }) })}
        </p>
      )}
      <HoldButton busy={act.is === 'busy'} hint={t('enrolled.holdHint')} onHeld={() => void list.end(device)}>
        {t('enrolled.hold', { name })}
      </HoldButton>
      <button
        type="button"
        class="button"
        onClick={() => {
          list.act.value = { is: 'none' };
        }}
      >
        {t('enrolled.keep')}
      </button>
    </fieldset>
  );
}
