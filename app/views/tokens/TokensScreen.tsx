import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Tokens } from '../../../worker/protocol/api.ts';
import '../../messages/add-tokens.ts';
import { t } from '../../messages/translate.ts';
import { TokenList } from '../../state/token-list.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { NewToken } from './NewToken.tsx';
import { TokenCard } from './TokenCard.tsx';
import { TokenForm } from './TokenForm.tsx';
import { wordsOf } from './words.ts';

/** What scripts and gates get in with: who made it, when it was used last, and the way to end it. */
export function TokensScreen() {
  const { ports } = useApp();
  const site = useSite();
  const list = useMemo(() => new TokenList(ports.api, site.known.id), [ports, site]);
  const [making, setMaking] = useState(false);
  useEffect(() => void list.load(), [list]);
  const { tokens, problem } = list.shown.value;
  const made = list.made.value;
  const ending = list.ending.value;
  return (
    <div class="page">
      <h1>{t('tokens.title')}</h1>
      <p class="lead">{t('tokens.lead')}</p>
      {made && (
        <NewToken
          made={made}
          onKept={() => {
            list.made.value = null;
          }}
        />
      )}
      {making ? (
        <TokenForm list={list} onDone={() => setMaking(false)} />
      ) : (
        tokens &&
        !made && (
          <button type="button" class="action" onClick={() => setMaking(true)}>
            <Icon name="plus" />
            {t('tokens.new')}
          </button>
        )
      )}
      <p role="status" class="small">
        {ending.is === 'done' && t('tokens.ended', { name: ending.name })}
      </p>
      {problem !== null && <p class="bad">{t('tokens.failed', { why: wordsOf(problem) })}</p>}
      {tokens ? (
        <Cards list={list} tokens={tokens} />
      ) : (
        problem === null && <p class="loading">{t('tokens.loading')}</p>
      )}
    </div>
  );
}

function Cards({ list, tokens }: { list: TokenList; tokens: Tokens }) {
  if (tokens.tokens.length === 0) return <p>{t('tokens.none')}</p>;
  return (
    <ul class="device-cards" aria-label={t('tokens.list')}>
      {tokens.tokens.map((token) => (
        <TokenCard key={token.id} token={token} tokens={tokens} list={list} />
      ))}
    </ul>
  );
}
