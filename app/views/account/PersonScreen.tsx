import { useEffect, useMemo, useState } from 'preact/hooks';
import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { makeResetLink } from '../../state/account.ts';
import { SessionList } from '../../state/session-list.ts';
import { useApp, useSite } from '../context.ts';
import { problemWords } from '../sign-in/problem-words.ts';
import { PersonPin } from './PersonPin.tsx';
import { SessionRows } from './SessionRows.tsx';

/** The account of somebody of the site: where they are signed in, and a link for a new password; for leads. */
export function PersonScreen() {
  const { router, session, ports } = useApp();
  const site = useSite();
  const route = router.route.value;
  const person = route.at === 'site' ? (route.query.get('person') ?? '') : '';
  const list = useMemo(
    () => new SessionList(ports.api, { site: site.known.id, person }),
    [ports, site, person],
  );
  useEffect(() => void list.load(), [list]);
  const { sessions, name: said } = list.shown.value;
  const name = said ?? site.nameOf(person);
  const { value } = session.state;
  const isOwn = value.state === 'signed-in' && value.me.person.id === person;
  return (
    <div class="page">
      <h1>{t('person.title', { name })}</h1>
      <section aria-labelledby="sessions-title">
        <h2 id="sessions-title">{t('person.devices')}</h2>
        <SessionRows list={list} label={t('person.devices')} />
        {sessions?.length === 0 && <p>{t('person.devicesNone')}</p>}
      </section>
      {isOwn ? (
        <p class="hint">{t('person.yourself')}</p>
      ) : (
        <>
          <PersonPin person={person} name={name} />
          <ResetLink person={person} name={name} />
        </>
      )}
    </div>
  );
}

/** The link is on the screen this once, for handing over. */
function ResetLink({ person, name }: { person: string; name: string }) {
  const { ports } = useApp();
  const site = useSite();
  const [link, setLink] = useState<{ address: string; expiresAt: number } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const make = async () => {
    setProblem(null);
    const reply = await makeResetLink(ports.api, site.known.id, person);
    if (reply.ok) {
      const { token, expiresAt } = reply.value;
      setLink({ address: `${ports.addressBar.address.origin}/reset#${token}`, expiresAt });
    } else setProblem(reply.code === 'forbidden' ? t('person.above', { name }) : problemWords(reply));
  };
  return (
    <section aria-labelledby="reset-title">
      <h2 id="reset-title">{t('person.reset')}</h2>
      <p>{t('person.resetLead', { name })}</p>
      {problem !== null && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {link !== null && (
        <div class="form" role="status">
          <input
            class="field"
            readOnly
            aria-label={t('person.resetLink', { name })}
            value={link.address}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton key={link.address} text={link.address} />
          <p class="small">{t('person.resetDone', { time: site.time.value.time(link.expiresAt) })}</p>
        </div>
      )}
      <button type="button" class="button" onClick={make}>
        {t('person.resetDo')}
      </button>
    </section>
  );
}

/** Over plain http a browser has nowhere to copy to: the link can be marked by hand. */
function CopyButton({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  if (!isSecureContext) return null;
  return (
    <button type="button" class="button" onClick={copy}>
      {t(copied ? 'person.copied' : 'person.copy')}
    </button>
  );
}
