import { useEffect, useRef, useState } from 'preact/hooks';
import type { TokenMade } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';

/** A token that has just been made: the one time that it can be read. */
export function NewToken({ made, onKept }: { made: TokenMade; onKept: () => void }) {
  const { name } = made.token;
  const title = useRef<HTMLHeadingElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  // The form that had the focus is gone.
  useEffect(() => title.current?.focus(), []);
  const copy = async () => {
    text.current?.select();
    // Where the page may not, it is selected.
    const done = await navigator.clipboard.writeText(made.secret).then(
      () => true,
      () => false,
    );
    setCopied(done);
  };
  return (
    <section class="device-card" aria-labelledby="token-made">
      <h2 id="token-made" tabIndex={-1} ref={title}>
        {t('tokens.made', { name })}
      </h2>
      <p>{t('tokens.once')}</p>
      <textarea
        ref={text}
        class="field"
        rows={5}
        readOnly
        spellcheck={false}
        aria-label={t('tokens.secret', { name })}
        value={made.secret}
      />
      <div class="choices">
        <button type="button" class="button" data-main onClick={() => void copy()}>
          {t('tokens.copy')}
        </button>
        <button type="button" class="button" onClick={onKept}>
          {t('tokens.kept')}
        </button>
      </div>
      <p role="status" class="small">
        {copied !== null && t(copied ? 'tokens.copied' : 'tokens.notCopied')}
      </p>
    </section>
  );
}
