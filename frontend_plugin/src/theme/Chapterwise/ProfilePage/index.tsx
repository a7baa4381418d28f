/** The page on which a reader sees and changes what is known of them. */

import React, {useState, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import DataCard from '@theme/Chapterwise/DataCard';
import Onboarding from '@theme/Chapterwise/Onboarding';
import PasswordCard from '@theme/Chapterwise/PasswordCard';
import SignIn from '@theme/Chapterwise/SignIn';
import Layout from '@theme/Layout';

import {join, stable, useAccount} from 'docusaurus-theme-chapterwise/client';
import type {AccountState, AccountStore} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function ProfilePage(): ReactNode {
  const {state, store} = useAccount();
  const title = translate({
    id: 'theme.chapterwise.profile.title',
    message: 'Your profile',
    description: 'The title of the page with the profile',
  });
  return (
    <Layout title={title} noFooter={false}>
      <main className={join('container margin-vert--lg', styles.page, stable('profile'))}>
        <h1>{title}</h1>
        <Profile state={state} store={store} />
      </main>
    </Layout>
  );
}

interface ProfileProps {
  readonly state: AccountState;
  readonly store: AccountStore;
}

function Profile({state, store}: ProfileProps): ReactNode {
  const [isNew, setNew] = useState(false);
  const [wasOut, setWasOut] = useState(false);
  const isOut = state.phase === 'signed-out';
  // A form that is being sent stays; before it was clear that one is needed there is none.
  if (isOut && !wasOut) setWasOut(true);
  if (state.phase !== 'signed-in' && !isOut && !wasOut) return <Waiting />;
  if (state.phase === 'signed-in') return <SignedIn state={state} store={store} />;
  if (state.external) return <SignInElsewhere />;
  return (
    <section className={join('card', styles.card)}>
      <SignIn
        mode={isNew ? 'sign-up' : 'sign-in'}
        onSwitch={() => setNew(!isNew)}
        onDone={() => undefined}
      />
    </section>
  );
}

function Waiting(): ReactNode {
  return (
    <p>
      <Translate
        id="theme.chapterwise.profile.waiting"
        description="On the profile page while it is not known yet who is reading"
      >
        One moment…
      </Translate>
    </p>
  );
}

function SignInElsewhere(): ReactNode {
  return (
    <p>
      <Translate
        id="theme.chapterwise.profile.signInHere"
        description="On the profile page where the site has a sign-in of its own"
      >
        Sign in on this site first.
      </Translate>
    </p>
  );
}

function SignedIn({state, store}: ProfileProps): ReactNode {
  return (
    <>
      {state.account?.email && (
        <p>
          <bdi>{state.account.email}</bdi>
        </p>
      )}
      <About state={state} />
      {!state.external && <PasswordCard />}
      <DataCard />
      {!state.external && <SignOut store={store} />}
    </>
  );
}

function About({state}: Pick<ProfileProps, 'state'>): ReactNode {
  const [isSaved, setSaved] = useState(false);
  return (
    <section className={join('card', styles.card)}>
      <h2>
        <Translate id="theme.chapterwise.profile.about" description="The title above the questions">
          About you
        </Translate>
      </h2>
      {/* An account that is read later replaces what was shown before it. */}
      <Onboarding
        key={state.account === null ? 'unread' : 'read'}
        answers={state.account?.onboarding ?? null}
        onSaved={() => setSaved(true)}
      />
      <p role="status" className={styles.status}>
        {isSaved && (
          <Translate
            id="theme.chapterwise.profile.saved"
            description="After the answers were saved"
          >
            Saved. The next chapter you ask for is written accordingly.
          </Translate>
        )}
      </p>
    </section>
  );
}

function SignOut({store}: Pick<ProfileProps, 'store'>): ReactNode {
  return (
    <button
      type="button"
      className="button button--secondary"
      onClick={() => {
        // Whatever the API says to it, this browser is signed out.
        store.signOut().catch(() => undefined);
      }}
    >
      <Translate
        id="theme.chapterwise.profile.signOut"
        description="The button on the profile page that signs out"
      >
        Sign out
      </Translate>
    </button>
  );
}
