import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import { invitationLink } from '../../state/invitation-link.ts';
import type { MadeInvitation } from '../../state/people-list.ts';
import { useApp, useSite } from '../context.ts';
import { Field } from '../Field.tsx';
import { QrCode } from './QrCode.tsx';

/** The link of an invitation, to be copied, shared or scanned; once put away it is not shown again. */
export function MadeLink({ made, onDone }: { made: MadeInvitation; onDone: () => void }) {
  const { ports } = useApp();
  const site = useSite();
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const title = useRef<HTMLHeadingElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // The button that was pressed is gone; what came of it stands here.
  useEffect(() => title.current?.focus(), []);
  const link = invitationLink(ports.addressBar.address, made.token);

  const copy = async () => {
    input.current?.select();
    const done = await navigator.clipboard.writeText(link).then(
      () => true,
      () => false,
    );
    setCopied(done ? 'yes' : 'failed');
  };
  // Put away by the person, it is as if it had not been asked.
  const share = () =>
    navigator.share({ text: t('invite.text', { site: site.name }), url: link }).catch(() => {});
  const until = site.time.value.full(made.expiresAt);
  return (
    <section class="made-link" aria-labelledby="made-link">
      <h2 id="made-link" ref={title} tabIndex={-1}>
        {made.name === null ? t('invite.madeForOne') : t('invite.made', { name: made.name })}
      </h2>
      <p>{t('invite.until', { role: t(`role.${made.role}`), time: until })}</p>
      <QrCode text={link} label={t('invite.code')} />
      <Field label={t('invite.link')}>
        {(field) => <input {...field} class="field" ref={input} readOnly value={link} />}
      </Field>
      <div class="choices">
        <button type="button" class="button" data-main onClick={copy}>
          {t(copied === 'yes' ? 'invite.copied' : 'invite.copy')}
        </button>
        {'share' in navigator && (
          <button type="button" class="button" onClick={share}>
            {t('invite.share')}
          </button>
        )}
        <button type="button" class="button" onClick={onDone}>
          {t('invite.done')}
        </button>
      </div>
      <p role="status" class="small">
        {copied === 'failed' && t('invite.notCopied')}
      </p>
    </section>
  );
}
