/** A password, hidden until the reader wants to see it. */

import React, {useState, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import Field from '@theme/Chapterwise/Field';
import type {Props} from '@theme/Chapterwise/PasswordField';

import styles from './styles.module.css';

export default function PasswordField(props: Props): ReactNode {
  const [isSeen, setSeen] = useState(false);
  return (
    <Field {...props} type={isSeen ? 'text' : 'password'} spellCheck={false} autoCapitalize="none">
      <button
        type="button"
        className={styles.toggle}
        aria-pressed={isSeen}
        aria-label={translate({
          id: 'theme.chapterwise.password.label',
          message: 'Show the password',
          description: 'The button beside a password, for screen readers',
        })}
        onClick={() => setSeen(!isSeen)}
      >
        {isSeen ? (
          <Translate id="theme.chapterwise.password.hide" description="Beside a shown password">
            Hide
          </Translate>
        ) : (
          <Translate id="theme.chapterwise.password.show" description="Beside a hidden password">
            Show
          </Translate>
        )}
      </button>
    </Field>
  );
}
