import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import '../../messages/add-keypad.ts';
import { t } from '../../messages/translate.ts';
import { useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';

const DIGITS = [...'123456789'];
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ-'];

/** Keys of our own: the device's keyboard would cover half the screen. */
export function Keypad() {
  const { keypad } = useSite();
  const [letters, setLetters] = useState(false);
  const key = (char: string) => (
    <Key key={char} onPress={() => keypad.tap(char)}>
      {char}
    </Key>
  );
  const back = (
    <Key key="back" soft label={t('keypad.back')} onPress={() => keypad.back()}>
      <Icon name="backspace" />
    </Key>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere
    <div class="keypad" data-letters={letters} role="group" aria-label={t('keypad.label')}>
      {(letters ? LETTERS : DIGITS).map(key)}
      <Key
        key="toggle"
        soft
        label={t(letters ? 'keypad.digits' : 'keypad.letters')}
        onPress={() => setLetters(!letters)}
      >
        {t(letters ? 'keypad.digitsShort' : 'keypad.lettersShort')}
      </Key>
      {!letters && key('0')}
      {back}
    </div>
  );
}

interface KeyProps {
  onPress: () => void;
  children: ComponentChildren;
  label?: string;
  soft?: boolean;
}

function Key({ onPress, children, label, soft = false }: KeyProps) {
  return (
    <button type="button" class="key" data-soft={soft} aria-label={label} onClick={onPress}>
      {children}
    </button>
  );
}
