/** The form for signing in and for a new account. */

import React, {useRef, useState, type FormEvent, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import Field from '@theme/Chapterwise/Field';
import FormProblem from '@theme/Chapterwise/FormProblem';
import PasswordField from '@theme/Chapterwise/PasswordField';
import type {Props} from '@theme/Chapterwise/SignIn';

import {
  focusFirstProblem,
  join,
  stable,
  useAccount,
  useSubmission,
} from 'docusaurus-theme-chapterwise/client';
import {failureOf, type Failure} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 1024;

interface Typed {
  readonly email: string;
  readonly password: string;
  readonly invite: string;
}

type Problems = Partial<Record<keyof Typed, string>>;

export default function SignIn({mode, onSwitch, onDone}: Props): ReactNode {
  const {store} = useAccount();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [needsInvite, setNeedsInvite] = useState(false);
  const sending = useSubmission();
  const isNew = mode === 'sign-up';
  const known = {...problemsOf(sending.failure, isNew), ...problems};
  const isToldBeside = Object.keys(known).length > 0;

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const typed = readTyped(event.currentTarget);
    const found = checkTyped(typed, isNew, needsInvite);
    setProblems(found);
    if (Object.keys(found).length > 0) {
      sending.forget();
      return focusFirstProblem(form);
    }
    const isGood = await sending.run(async () => {
      try {
        await enter(typed);
      } catch (error) {
        if (isNew && asksForInvite(error)) setNeedsInvite(true);
        throw error;
      }
    });
    if (isGood) onDone();
    else focusFirstProblem(form);
  }

  function enter({email, password, invite}: Typed): Promise<void> {
    if (!isNew) return store.signIn(email, password);
    return store.signUp(email, password, undefined, invite || undefined);
  }

  return (
    <form
      ref={form}
      noValidate
      className={stable('sign-in')}
      onSubmit={(event) => void submit(event)}
    >
      <Lead isNew={isNew} />
      <FormProblem failure={isToldBeside ? null : sending.failure}>
        {!isNew && sending.failure?.kind === 'signed-out' ? <WrongPassword /> : undefined}
      </FormProblem>
      <Fields isNew={isNew} needsInvite={needsInvite} problems={known} />
      <button
        type="submit"
        className={join('button button--primary', sending.isPending && 'disabled')}
        aria-disabled={sending.isPending || undefined}
      >
        {isNew ? nameSignUp() : nameSignIn()}
      </button>
      <Switch
        isNew={isNew}
        onSwitch={() => {
          setProblems({});
          sending.forget();
          onSwitch();
        }}
      />
    </form>
  );
}

function Lead({isNew}: {readonly isNew: boolean}): ReactNode {
  return (
    isNew && (
      <p>
        <Translate
          id="theme.chapterwise.signUp.lead"
          description="Above the form for a new account"
        >
          First an account, then five questions, and the chapter is written for you.
        </Translate>
      </p>
    )
  );
}

interface FieldsProps {
  readonly isNew: boolean;
  readonly needsInvite: boolean;
  readonly problems: Problems;
}

function Fields({isNew, needsInvite, problems}: FieldsProps): ReactNode {
  return (
    <>
      <Field
        name="email"
        type="email"
        autoComplete="username"
        required
        label={translate({
          id: 'theme.chapterwise.signIn.email',
          message: 'E-mail',
          description: 'The name of the field for the e-mail address',
        })}
        problem={problems.email ?? null}
      />
      <PasswordField
        name="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        required
        maxLength={LONGEST_PASSWORD}
        label={translate({
          id: 'theme.chapterwise.signIn.password',
          message: 'Password',
          description: 'The name of the field for the password',
        })}
        {...(isNew ? {hint: sayPasswordRule()} : {})}
        problem={problems.password ?? null}
      />
      {isNew && needsInvite && <InviteField problem={problems.invite ?? null} />}
    </>
  );
}

function InviteField({problem}: {readonly problem: string | null}): ReactNode {
  return (
    <Field
      name="invite"
      autoComplete="off"
      spellCheck={false}
      required
      label={translate({
        id: 'theme.chapterwise.signUp.invite',
        message: 'Invitation code',
        description: 'The name of the field for the invitation, where the site needs one',
      })}
      hint={translate({
        id: 'theme.chapterwise.signUp.inviteHint',
        message: 'The code you were sent',
        description: 'Below the name of the field for the invitation',
      })}
      problem={problem}
    />
  );
}

function WrongPassword(): ReactNode {
  return (
    <Translate
      id="theme.chapterwise.signIn.wrong"
      description="When the e-mail address or the password is not right"
    >
      This e-mail address and password do not go together.
    </Translate>
  );
}

interface SwitchProps {
  readonly isNew: boolean;
  readonly onSwitch: () => void;
}

function Switch({isNew, onSwitch}: SwitchProps): ReactNode {
  return (
    <p className={styles.switch}>
      {isNew ? (
        <Translate id="theme.chapterwise.signUp.switch" description="Before the way to sign in">
          Already have an account?
        </Translate>
      ) : (
        <Translate id="theme.chapterwise.signIn.switch" description="Before the way to an account">
          No account yet?
        </Translate>
      )}{' '}
      <button type="button" className={styles.link} onClick={() => onSwitch()}>
        {isNew ? nameSignIn() : nameSignUp()}
      </button>
    </p>
  );
}

function readTyped(form: HTMLFormElement): Typed {
  const data = new FormData(form);
  const read = (name: keyof Typed): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {email: read('email').trim(), password: read('password'), invite: read('invite').trim()};
}

function checkTyped(typed: Typed, isNew: boolean, needsInvite: boolean): Problems {
  const isShort = typed.password.length < (isNew ? SHORTEST_PASSWORD : 1);
  return {
    ...(/^\S+@\S+$/u.test(typed.email) ? {} : {email: sayEmailRule()}),
    ...(isShort ? {password: isNew ? sayPasswordRule() : sayPasswordNeeded()} : {}),
    ...(isNew && needsInvite && !typed.invite ? {invite: sayInviteRule()} : {}),
  };
}

/** What the API says is wrong with a field, in our words. */
function problemsOf(failure: Failure | null, isNew: boolean): Problems {
  if (isNew && failure?.kind === 'conflict') return {email: sayTaken()};
  if (failure?.kind !== 'invalid') return {};
  const {email, password, invite} = failure.fields;
  return {
    ...(email === undefined ? {} : {email: sayEmailRule()}),
    ...(password === undefined ? {} : {password: sayPasswordRule()}),
    ...(invite === undefined ? {} : {invite: sayInviteRule()}),
  };
}

function asksForInvite(error: unknown): boolean {
  return 'invite' in failureOf(error).fields;
}

function nameSignIn(): string {
  return translate({
    id: 'theme.chapterwise.signIn.submit',
    message: 'Sign in',
    description: 'The button that signs in',
  });
}

function nameSignUp(): string {
  return translate({
    id: 'theme.chapterwise.signUp.submit',
    message: 'Create an account',
    description: 'The button that makes an account',
  });
}

function sayEmailRule(): string {
  return translate({
    id: 'theme.chapterwise.signIn.emailRule',
    message: 'That is not an e-mail address we can write to.',
    description: 'When the e-mail address is not one',
  });
}

function sayPasswordRule(): string {
  return translate({
    id: 'theme.chapterwise.signIn.passwordRule',
    message: 'Eight characters or more',
    description: 'What a new password has to be',
  });
}

function sayPasswordNeeded(): string {
  return translate({
    id: 'theme.chapterwise.signIn.passwordNeeded',
    message: 'Type your password.',
    description: 'When the password was left empty',
  });
}

function sayInviteRule(): string {
  return translate({
    id: 'theme.chapterwise.signUp.inviteRule',
    message: 'That is not an invitation code.',
    description: 'When the invitation code was left empty or is not one',
  });
}

function sayTaken(): string {
  return translate({
    id: 'theme.chapterwise.signUp.taken',
    message: 'There is an account with this address already. Sign in instead.',
    description: 'When the e-mail address has an account',
  });
}
