import { useEffect, useRef } from 'preact/hooks';
import type { Token, Tokens } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';
import { type Ending, isExpired, type TokenList } from '../../state/token-list.ts';
import { useSite } from '../context.ts';
import { HoldButton } from '../import/HoldButton.tsx';
import { wordsOf } from './words.ts';

interface TokenCardProps {
  token: Token;
  /** The list it stands in. */
  tokens: Tokens;
  list: TokenList;
}

/** A token of the list, and the way to end it, which is held: what uses it stops. */
export function TokenCard({ token, tokens, list }: TokenCardProps) {
  const { time } = useSite();
  const { name, role, madeBy, madeAt, usedAt, expiresAt } = token;
  const when = (at: number) => time.value.when(at, tokens.at);
  const ending = list.ending.value;
  const asked = 'token' in ending && ending.token === token.id ? ending : null;
  const expired = isExpired(token, tokens);
  return (
    <li class="device-card">
      <p class="device-who">
        <span class="device-person">{name}</span>
        <small>{t(`role.${role}`)}</small>
      </p>
      <p class="small">
        {t(madeBy.isHere ? 'tokens.by' : 'tokens.byGone', { name: madeBy.name, time: when(madeAt) })}
      </p>
      <p>{usedAt === null ? t('tokens.unused') : t('tokens.used', { time: when(usedAt) })}</p>
      <p class={expired ? 'bad' : undefined}>
        {t(expired ? 'tokens.expired' : 'tokens.until', { time: time.value.full(expiresAt) })}
      </p>
      {asked ? (
        <EndToken token={token} asked={asked} list={list} />
      ) : (
        <div class="choices">
          <button
            type="button"
            class="button"
            aria-label={t('tokens.endNamed', { name })}
            onClick={() => {
              list.ending.value = { is: 'asked', token: token.id };
            }}
          >
            {t('tokens.end')}
          </button>
        </div>
      )}
    </li>
  );
}

interface EndTokenProps {
  token: Token;
  asked: Extract<Ending, { token: string }>;
  list: TokenList;
}

function EndToken({ token, asked, list }: EndTokenProps) {
  const { name } = token;
  const group = useRef<HTMLFieldSetElement>(null);
  // Not on the button: an Enter that is still held would press it.
  useEffect(() => group.current?.focus(), []);
  return (
    <fieldset ref={group} class="form" tabIndex={-1} aria-label={t('tokens.endNamed', { name })}>
      {asked.is === 'failed' && (
        <p class="bad" role="alert">
          {t('tokens.notEnded', { why: wordsOf(asked.problem) })}
        </p>
      )}
      <HoldButton busy={asked.is === 'busy'} hint={t('tokens.holdHint')} onHeld={() => void list.end(token)}>
        {t('tokens.hold', { name })}
      </HoldButton>
      <button
        type="button"
        class="button"
        onClick={() => {
          list.ending.value = { is: 'none' };
        }}
      >
        {t('tokens.keep')}
      </button>
    </fieldset>
  );
}
