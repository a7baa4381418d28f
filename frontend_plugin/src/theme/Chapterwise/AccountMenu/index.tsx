/** Who is reading: signing in, the profile, signing out. */

import React, {useEffect, useId, useRef, useState, type ReactNode, type RefObject} from 'react';
import Link from '@docusaurus/Link';
import Translate from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/AccountMenu';

import {join, stable, useAccount, useOptions} from 'docusaurus-theme-chapterwise/client';
import type {AccountState, AccountStore} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function AccountMenu({onSignIn}: Props): ReactNode {
  const {state, store} = useAccount();
  const id = useId();
  const holder = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const isSignedIn = state.phase === 'signed-in';
  const isShown = isSignedIn && isOpen;
  useClosing(holder, button, isShown, setOpen);
  return (
    <div ref={holder} className={join(styles.account, stable('account'))}>
      {(isSignedIn || !state.external) && (
        // The same button for both, so that it has the focus back when its dialog has signed in.
        <button
          type="button"
          ref={button}
          className={join('clean-btn', styles.control)}
          disabled={state.phase === 'unknown'}
          aria-expanded={isSignedIn ? isOpen : undefined}
          aria-controls={isShown ? id : undefined}
          onClick={() => {
            if (isSignedIn) setOpen(!isOpen);
            else onSignIn();
          }}
        >
          {isSignedIn ? <MenuName /> : <SignInName />}
        </button>
      )}
      {isShown && <MenuItems id={id} state={state} store={store} button={button} />}
    </div>
  );
}

function MenuName(): ReactNode {
  return (
    <Translate
      id="theme.chapterwise.account.menu"
      description="The button that opens the menu with profile and sign-out"
    >
      Account
    </Translate>
  );
}

function SignInName(): ReactNode {
  return (
    <Translate
      id="theme.chapterwise.account.signIn"
      description="The button that opens the sign-in dialog"
    >
      Sign in
    </Translate>
  );
}

interface MenuProps {
  readonly id: string;
  readonly state: AccountState;
  readonly store: AccountStore;
  readonly button: RefObject<HTMLButtonElement | null>;
}

function MenuItems({id, state, store, button}: MenuProps): ReactNode {
  const options = useOptions();
  return (
    <div id={id} className={styles.items}>
      {state.account?.email && (
        <p className={styles.who}>
          <bdi>{state.account.email}</bdi>
        </p>
      )}
      <Link className={styles.item} to={options?.profilePath ?? '/'}>
        <Translate
          id="theme.chapterwise.account.profile"
          description="The link to the page with the reader's profile"
        >
          Your profile
        </Translate>
      </Link>
      {!state.external && (
        <button
          type="button"
          className={styles.item}
          onClick={() => {
            button.current?.focus();
            // Whatever the API says to it, this browser is signed out.
            store.signOut().catch(() => undefined);
          }}
        >
          <Translate id="theme.chapterwise.account.signOut" description="The button that signs out">
            Sign out
          </Translate>
        </button>
      )}
    </div>
  );
}

/** The menu closes by Escape, by a click beside it, and when the focus leaves it. */
function useClosing(
  holder: RefObject<HTMLElement | null>,
  button: RefObject<HTMLElement | null>,
  isOpen: boolean,
  setOpen: (isOpen: boolean) => void,
): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const leave = (event: Event) => {
      if (event.target instanceof Node && !holder.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('focusin', leave);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('focusin', leave);
      document.removeEventListener('keydown', escape);
    };
  }, [isOpen, holder, button, setOpen]);
}
