import { useEffect, useMemo } from 'preact/hooks';
import type { Overwritten as Lost } from '../../../worker/protocol/documents.ts';
import '../../messages/add-views.ts';
import { t } from '../../messages/translate.ts';
import { documentName, documentWords } from '../../state/document-words.ts';
import { OverwrittenList, wasOf } from '../../state/overwritten-list.ts';
import type { Personal } from '../../state/personal.ts';
import { useApp, useSite } from '../context.ts';
import { HoldButton } from '../import/HoldButton.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

/** What of the person's own was overwritten by another of their devices, to be taken back or dropped. */
export function Overwritten({ personal }: { personal: Personal }) {
  const { ports } = useApp();
  const list = useMemo(() => new OverwrittenList(ports.api, personal), [ports, personal]);
  const online = ports.surroundings.online.value;
  useEffect(() => void list.load(), [list, online]);
  const { lost, done, problem } = list.shown.value;
  return (
    <section aria-labelledby="lost-title">
      <h2 id="lost-title">{t('lost.title')}</h2>
      <p class="small">{t('lost.hint')}</p>
      {lost === null && problem === null && <p class="loading">{t('app.loading')}</p>}
      {lost?.length === 0 && problem === null && <p>{t('lost.none')}</p>}
      {lost !== null && lost.length > 0 && (
        <ul class="device-cards" aria-labelledby="lost-title">
          {lost.map((one) => (
            <Row key={`${one.key} ${one.version}`} lost={one} list={list} personal={personal} />
          ))}
        </ul>
      )}
      <p role="status" hidden={done === null}>
        {done && t(`lost.done.${done.how}`, { name: nameOf(done.lost, personal) })}
      </p>
      {problem !== null && (
        <p class={problem === 'offline' ? undefined : 'bad'} role="alert">
          {problem === 'offline'
            ? t('lost.offline')
            : t('lost.failed', { why: problemWords({ ok: false, code: problem }) })}
        </p>
      )}
    </section>
  );
}

function Row({ lost, list, personal }: { lost: Lost; list: OverwrittenList; personal: Personal }) {
  const site = useSite();
  const name = nameOf(lost, personal);
  const was = documentWords(lost.key, wasOf(lost));
  return (
    <li class="device-card">
      <p class="device-who">
        <span class="device-person">{name}</span>
      </p>
      <p>{t('lost.was', { was, time: site.time.value.when(lost.updatedAt, site.hubNow()) })}</p>
      <p class="small">{t('lost.now', { now: documentWords(lost.key, personal.valueAt(lost.key)) })}</p>
      <button
        type="button"
        class="button end-session"
        aria-label={t('lost.backLabel', { name, was })}
        onClick={() => list.takeBack(lost)}
      >
        {t('lost.back', { was })}
      </button>
      <HoldButton
        quiet
        busy={list.shown.value.busy}
        hint={t('lost.dropHint')}
        onHeld={() => void list.drop(lost)}
      >
        {t('lost.drop')}
      </HoldButton>
    </li>
  );
}

function nameOf(lost: Lost, personal: Personal): string {
  return documentName(lost.key, [personal.valueAt(lost.key), wasOf(lost)]);
}
