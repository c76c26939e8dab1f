import { useEffect, useRef, useState } from 'preact/hooks';
import type { WallMade } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';
import { wallLink } from '../../state/new-wall.ts';
import { useApp } from '../context.ts';
import { Field } from '../Field.tsx';
import { QrCode } from '../people/QrCode.tsx';

/** The link a wall starts with: the one time that it can be read. */
export function NewWall({ made, onKept }: { made: WallMade; onKept: () => void }) {
  const { ports } = useApp();
  const title = useRef<HTMLHeadingElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  // The form that had the focus is gone.
  useEffect(() => title.current?.focus(), []);
  const link = wallLink(ports.addressBar.address, made.token);
  const copy = async () => {
    input.current?.select();
    // Where the page may not, it is selected.
    const done = await navigator.clipboard.writeText(link).then(
      () => true,
      () => false,
    );
    setCopied(done);
  };
  return (
    <section class="made-link" aria-labelledby="wall-made">
      <h2 id="wall-made" ref={title} tabIndex={-1}>
        {t('walls.made', { name: made.wall.name })}
      </h2>
      <p>{t('walls.once')}</p>
      <QrCode text={link} label={t('walls.code')} />
      <Field label={t('walls.link')}>
        {(field) => <input {...field} class="field" ref={input} readOnly value={link} />}
      </Field>
      <div class="choices">
        <button type="button" class="button" data-main onClick={() => void copy()}>
          {t('walls.copy')}
        </button>
        <button type="button" class="button" onClick={onKept}>
          {t('walls.kept')}
        </button>
      </div>
      <p role="status" class="small">
        {copied !== null && t(copied ? 'walls.copied' : 'walls.notCopied')}
      </p>
    </section>
  );
}
