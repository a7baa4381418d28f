/** The language to read the chapter in; each is named in itself. */

import React, {useId, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/Language';

import {
  directionOf,
  join,
  listLanguages,
  nameLanguage,
  stable,
} from 'docusaurus-theme-chapterwise/client';
import styles from './styles.module.css';

export default function Language({offered, value, isDisabled, onChoose}: Props): ReactNode {
  const id = useId();
  return (
    <div className={join(styles.language, stable('language'))}>
      <label htmlFor={id}>
        <Translate
          id="theme.chapterwise.language.label"
          description="Before the choice of the language that a chapter is read in"
        >
          Language
        </Translate>
      </label>
      <select
        id={id}
        className={styles.choice}
        value={value ?? ''}
        disabled={isDisabled}
        onChange={(event) => onChoose(event.target.value || null)}
      >
        <option value="">
          {translate({
            id: 'theme.chapterwise.language.mine',
            message: 'As in my profile',
            description: "The choice of the language that the reader's profile names",
          })}
        </option>
        {listLanguages(offered, value).map((tag) => (
          <option key={tag} value={tag} lang={tag} dir={directionOf(tag)}>
            {nameLanguage(tag)}
          </option>
        ))}
      </select>
    </div>
  );
}
